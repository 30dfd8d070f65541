{% macro json_object(values) -%}
    {{- return(adapter.dispatch('json_object', 'headcount')(values)) -}}
{%- endmacro %}

{% macro default__json_object(values) -%}
    to_json(named_struct(
        {%- for name, value in values.items() %}'{{ name }}', {{ value }}{{ ', ' if not loop.last }}{% endfor -%}
    ), map('ignoreNullFields', 'false'))
{%- endmacro %}

{% macro duckdb__json_object(values) -%}
    cast(to_json(struct_pack(
        {%- for name, value in values.items() %}{{ name }} := {{ value }}{{ ', ' if not loop.last }}{% endfor -%}
    )) as varchar)
{%- endmacro %}
