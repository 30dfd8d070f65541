{% macro landed_text(column) -%}
    nullif(trim(cast({{ column }} as varchar), ' ' || chr(9) || chr(10) || chr(13)), '')
{%- endmacro %}
