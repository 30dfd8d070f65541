{% macro text_matches(text, pattern) -%}
    {{- return(adapter.dispatch('text_matches', 'headcount')(text, pattern)) -}}
{%- endmacro %}

{% macro default__text_matches(text, pattern) -%}
    ({{ text }} rlike '^(?:{{ pattern }})\\z')
{%- endmacro %}

{% macro duckdb__text_matches(text, pattern) -%}
    regexp_full_match({{ text }}, '{{ pattern }}')
{%- endmacro %}
