{% macro overlaps(members, judgements) -%}
    greatest({{ members }}.joined_at, {{ judgements }}.period_start_at)
    < least({{ members }}.left_at, {{ judgements }}.judged_at)
{%- endmacro %}
