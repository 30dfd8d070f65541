{% macro period_boundary(anchor_on, months, n) -%}
    {{- return(adapter.dispatch('period_boundary', 'headcount')(
        headcount.checked_expression(anchor_on, 'period_boundary', 'anchor_on'),
        headcount.checked_whole_number(months, 'period_boundary', 'months', least=1),
        headcount.checked_whole_number(n, 'period_boundary', 'n')
    )) -}}
{%- endmacro %}

{% macro default__period_boundary(anchor_on, months, n) -%}
    add_months(cast({{ anchor_on }} as date), cast(({{ months }}) * ({{ n }}) as integer))
{%- endmacro %}

{% macro duckdb__period_boundary(anchor_on, months, n) -%}
    cast(cast({{ anchor_on }} as date) + to_months(cast(({{ months }}) * ({{ n }}) as integer)) as date)
{%- endmacro %}
