{% macro reference_name(column) -%}
    referred_{{ column | replace('_id', '') }}
{%- endmacro %}
