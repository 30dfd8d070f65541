{#- For example, 1200.500000 in EUR is '1200.50 EUR', in JPY 1200.000000 is '1200 JPY'. -#}
{% macro money_in_words(amount, currency, minor_units) -%}
    {%- set spelled = 'cast(cast(' ~ amount ~ ' as decimal(18, 6)) as string)' -%}
    left(
        {{ spelled }},
        length({{ spelled }}) - 6 + case when {{ minor_units }} = 0 then -1 else {{ minor_units }} end
    ) || ' ' || {{ currency }}
{%- endmacro %}
