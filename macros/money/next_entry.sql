{% macro next_entry(entered) -%}
    {%- set stayed = entered ~ '.end_month - ' ~ entered ~ '.entry_month' -%}
    {{ entered }}.end_month
    + mod({{ entered }}.duration_months - mod({{ stayed }}, {{ entered }}.duration_months), {{ entered }}.duration_months)
{%- endmacro %}
