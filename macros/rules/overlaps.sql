{#- Whether a membership `[joined_at, left_at)` and the part of a period that is judged share an instant. -#}
{% macro overlaps(members, judgements) -%}
    greatest({{ members }}.joined_at, {{ judgements }}.period_start_at)
    < least({{ members }}.left_at, {{ judgements }}.judged_at)
{%- endmacro %}
