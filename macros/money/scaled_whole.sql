{% macro scaled_whole(value, digits) -%}
    {{- return(adapter.dispatch('scaled_whole', 'headcount')(value, digits)) -}}
{%- endmacro %}

{% macro default__scaled_whole(value, digits) -%}
    cast(abs(cast({{ value }} as decimal({{ 14 + digits }}, {{ digits }}))) * {{ 10 ** digits }} as decimal({{ 14 + digits }}, 0))
{%- endmacro %}

{% macro duckdb__scaled_whole(value, digits) -%}
    cast(abs(cast({{ value }} as decimal({{ 18 + digits }}, {{ digits }}))) * {{ 10 ** digits }} as hugeint)
{%- endmacro %}
