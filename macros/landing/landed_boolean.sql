{% macro landed_boolean(column) -%}
    case lower({{ headcount.landed_text(column) }}) when 'true' then true when 'false' then false end
{%- endmacro %}
