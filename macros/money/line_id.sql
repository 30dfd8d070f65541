{% macro line_id(parts) -%}
    md5(concat_ws(chr(31), {% for part in parts %}cast({{ part }} as string){{ ', ' if not loop.last }}{% endfor %}))
{%- endmacro %}
