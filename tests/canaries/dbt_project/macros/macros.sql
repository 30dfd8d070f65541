{% macro fine_macro(first, second=[1, 2]) %}{{ return(adapter.dispatch('fine_macro')(first, second)) }}{% endmacro %}

{% macro default__fine_macro(first, second) %}{{ first }}{% endmacro %}

{% macro undescribed_macro() %}1{% endmacro %}

{% macro undescribed_argument(first, second='a, b') %}{{ first }}{% endmacro %}
