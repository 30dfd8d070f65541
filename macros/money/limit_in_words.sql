{% macro limit_in_words(client_limit) -%}
    coalesce(cast({{ client_limit }} as string) || ' clients', 'unlimited clients')
{%- endmacro %}
