{% macro whole_days(first_on, last_on) -%}
    {{- return(adapter.dispatch('whole_days', 'headcount')(first_on, last_on)) -}}
{%- endmacro %}

{% macro default__whole_days(first_on, last_on) -%}
    explode(case when {{ first_on }} <= {{ last_on }} then sequence({{ first_on }}, {{ last_on }}, interval 1 day) else array() end)
{%- endmacro %}

{% macro duckdb__whole_days(first_on, last_on) -%}
    cast(unnest(generate_series({{ first_on }}, {{ last_on }}, interval 1 day)) as date)
{%- endmacro %}
