{% macro overlap(members, judgements) -%}
    greatest({{ members }}.joined_at, {{ judgements }}.period_start_at) as lasts_from_at,
    least({{ members }}.left_at, {{ judgements }}.judged_at) as lasts_until_at
{%- endmacro %}
