{#- Condition: a row of `kept` has the keys of a row that the night has judged, as `judged` lists them. -#}
{% macro was_judged(judged, keys) -%}
    exists (
        select 1 from {{ judged }} as judged
        where {% for key in keys %}judged.{{ key }} is not distinct from kept.{{ key }}
            {{- ' and ' if not loop.last }}{% endfor %}
    )
{%- endmacro %}
