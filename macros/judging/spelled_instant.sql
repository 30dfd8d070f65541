{% macro spelled_instant(instant) -%}
    replace(cast({{ instant }} as varchar), ' ', 'T') || 'Z'
{%- endmacro %}
