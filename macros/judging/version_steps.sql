{% macro version_steps(rows, key, columns, immutable) -%}
    {%- set tie_break = [] -%}
    {%- for column in columns -%}{%- do tie_break.append(column ~ ' nulls first') -%}{%- endfor -%}
{{ headcount.immutable_steps(rows, key, columns, immutable) }},

-- A version is in force until a greater one is known: one loaded later or, at its very instant, a conflicting one.
ordered_versions as (

    select
        *,
        min(known_at) over (
            partition by {{ key }}
            order by {{ (['loaded_at', 'is_deleted'] + tie_break) | join(', ') }}
            rows between 1 following and unbounded following
        ) as outdated_at,
        min(known_at) over (
            partition by {{ key }}, loaded_at
            order by {{ (['is_deleted'] + tie_break) | join(', ') }}
            rows between 1 following and unbounded following
        ) as conflicting_at

    from compared_with_first

    where immutable_reasons is null

),

{{ headcount.rejected_versions_step(rows, [key] + columns) }}
{%- endmacro %}
