{% macro in_knowledge(fact, knowledge_at) -%}
    {{ fact }}.known_from_at <= {{ knowledge_at }} and {{ knowledge_at }} < {{ fact }}.known_until_at
{%- endmacro %}
