{% macro in_the_future(happened_at) -%}
    {{ happened_at }} > loaded_at + interval 24 hour
{%- endmacro %}
