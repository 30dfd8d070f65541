{% macro spelled_instant(instant) -%}
    replace(cast({{ instant }} as string), ' ', 'T') || 'Z'
{%- endmacro %}
