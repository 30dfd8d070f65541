{% macro start_of_time() -%}
    timestamp '0001-01-01 00:00:00'
{%- endmacro %}
