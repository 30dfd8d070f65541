{% macro in_force_now() -%}
    in_force_from_at is not null and in_force_until_at = {{ headcount.end_of_time() }}
{%- endmacro %}
