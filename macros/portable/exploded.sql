{% macro exploded(text) -%}
    {{- return(adapter.dispatch('exploded', 'headcount')(text)) -}}
{%- endmacro %}

{% macro default__exploded(text) -%}
    explode(split({{ text }}, '[|]'))
{%- endmacro %}

{% macro duckdb__exploded(text) -%}
    unnest(string_split({{ text }}, '|'))
{%- endmacro %}
