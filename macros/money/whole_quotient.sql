{% macro whole_quotient(dividend, divisor) -%}
    {{- return(adapter.dispatch('whole_quotient', 'headcount')(dividend, divisor)) -}}
{%- endmacro %}

{% macro default__whole_quotient(dividend, divisor) -%}
    ({{ dividend }}) div nullif({{ divisor }}, 0)
{%- endmacro %}

{% macro duckdb__whole_quotient(dividend, divisor) -%}
    (({{ dividend }}) // nullif({{ divisor }}, 0))
{%- endmacro %}
