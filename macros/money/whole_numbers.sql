{% macro whole_numbers(first, last) -%}
    {{- return(adapter.dispatch('whole_numbers', 'headcount')(first, last)) -}}
{%- endmacro %}

{% macro default__whole_numbers(first, last) -%}
    explode(case when {{ first }} <= {{ last }} then sequence({{ first }}, {{ last }}) else array() end)
{%- endmacro %}

{% macro duckdb__whole_numbers(first, last) -%}
    unnest(generate_series({{ first }}, {{ last }}))
{%- endmacro %}
