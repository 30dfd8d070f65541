{% macro limit_in_words(client_limit) -%}
    coalesce(cast({{ client_limit }} as varchar) || ' clients', 'unlimited clients')
{%- endmacro %}
