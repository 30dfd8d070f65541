{% macro seconds_between(from_at, until_at) -%}
    {{- return(adapter.dispatch('seconds_between', 'headcount')(from_at, until_at)) -}}
{%- endmacro %}

{% macro default__seconds_between(from_at, until_at) -%}
    cast(timestampdiff(microsecond, {{ from_at }}, {{ until_at }}) * cast(0.000001 as decimal(7, 6)) as decimal(18, 6))
{%- endmacro %}

{% macro duckdb__seconds_between(from_at, until_at) -%}
    cast(
        cast(epoch_us({{ until_at }}) - epoch_us({{ from_at }}) as decimal(18, 0)) * cast(0.000001 as decimal(7, 6))
        as decimal(18, 6)
    )
{%- endmacro %}
