{#- Known at one of two instants and not at the other: what a judgement knows and what it is compared with. -#}
{% macro news(known, judgements) -%}
    ({{ headcount.in_knowledge(known, judgements ~ '.compared_with_at') }})
    != ({{ headcount.in_knowledge(known, judgements ~ '.knowledge_at') }})
{%- endmacro %}
