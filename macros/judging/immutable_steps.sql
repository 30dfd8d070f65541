{% macro immutable_steps(rows, key, columns, immutable) -%}
-- A deletion is in force over the versions of its instant: they never were.
beside_deletions as (

    select
        *,
        is_deleted or bool_or(is_deleted) over (partition by {{ key }}, loaded_at) as is_void

    from {{ rows }}

    where reasons is null

),

-- The first version of a record fixes what may never change.
beside_first as (

    select
        *
        {%- for column in immutable %},
        first_value({{ column }}) over first_version as first_{{ column }}
        {%- endfor %}

    from beside_deletions
    {%- if immutable %}

    window first_version as (
        partition by {{ key }}
        order by is_void, known_at, loaded_at
            {%- for column in columns %}, {{ column }} desc nulls last{% endfor %}
        rows between unbounded preceding and unbounded following
    )
    {%- endif %}

),

compared_with_first as (

    select
        *,
        {%- if immutable %}
        nullif(concat_ws(
            '|'
            {%- for column in immutable %},
            case when not is_void and {{ column }} is distinct from first_{{ column }} then 'immutable:{{ column }}' end
            {%- endfor %}
        ), '') as immutable_reasons
        {%- else %}
        cast(null as varchar) as immutable_reasons
        {%- endif %}

    from beside_first

)
{%- endmacro %}
