{#-
    Steps ending in `in_order`: of records that came more than once, what each version is beside the others. For example:

        account_id  timezone       loaded_at  reasons             outdated_at
        a1          Europe/Lisbon  1 May                          4 May
        a1          Europe/Madrid  2 May      immutable:timezone
        a1          Europe/Lisbon  4 May                          null: nothing greater is known
-#}
{% macro versions_in_order(rows, landed, carried) -%}
    {%- set columns = landed.columns.keys() | list -%}
    {%- set others = columns | reject('equalto', landed.key) | list -%}
    {%- set immutable = [] -%}
    {%- for name, column in landed.columns.items() if column.immutable -%}{%- do immutable.append(name) -%}{%- endfor -%}
-- A deletion is in force over the versions of its instant: they never were. What is rejected takes no part: below,
-- each window holds rejected rows and others apart, and nothing is asked of its result for the rejected ones.
beside_deletions as (

    select
        *,
        is_deleted or bool_or(is_deleted) over (partition by {{ landed.key }}, loaded_at, reasons is null) as is_void

    from {{ rows }}

),

{% if immutable -%}
-- The first version of a record fixes what may never change.
beside_first as (

    select
        *
        {%- for column in immutable %},
        first_value({{ column }}) over first_version as first_{{ column }}
        {%- endfor %}

    from beside_deletions

    window first_version as (
        partition by {{ landed.key }}, reasons is null
        order by is_void, known_at, loaded_at{% for column in others %}, {{ column }} desc nulls last{% endfor %}
        rows between unbounded preceding and unbounded following
    )

),

{% endif -%}
compared_with_first as (

    select
        {{ (columns + carried) | join(',\n        ') }},
        {%- if immutable %}
        case
            when reasons is null then nullif(concat_ws(
                '|'
                {%- for column in immutable %},
                case when not is_void and {{ column }} is distinct from first_{{ column }} then 'immutable:{{ column }}' end
                {%- endfor %}
            ), '')
            else reasons
        end as reasons
        {%- else %}
        reasons
        {%- endif %}

    from {{ 'beside_first' if immutable else 'beside_deletions' }}

),

-- A version is in force until a greater one is known: one loaded later or, at its very instant, a conflicting one.
in_order as (

    select
        *,
        min(known_at) over (
            partition by {{ landed.key }}, reasons is null
            order by loaded_at, is_deleted{% for column in others %}, {{ column }} nulls first{% endfor %}
            rows between 1 following and unbounded following
        ) as outdated_at,
        min(known_at) over (
            partition by {{ landed.key }}, reasons is null, loaded_at
            order by is_deleted{% for column in others %}, {{ column }} nulls first{% endfor %}
            rows between 1 following and unbounded following
        ) as conflicting_at

    from compared_with_first

)
{%- endmacro %}
