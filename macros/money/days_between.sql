{% macro days_between(first_on, last_on) -%}
    {{- return(adapter.dispatch('days_between', 'headcount')(first_on, last_on)) -}}
{%- endmacro %}

{% macro default__days_between(first_on, last_on) -%}
    datediff({{ last_on }}, {{ first_on }})
{%- endmacro %}

{% macro duckdb__days_between(first_on, last_on) -%}
    cast(date_diff('day', {{ first_on }}, {{ last_on }}) as integer)
{%- endmacro %}
