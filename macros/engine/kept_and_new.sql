{#- The rows of `existing` whose keys are not those of a row of `night`, and all rows of `night`, in the columns of `night`. -#}
{% macro kept_and_new(existing, night, unique_key) -%}
    {%- set keys = ([unique_key] if unique_key is string else unique_key) or [] -%}
    {%- set before = adapter.get_columns_in_relation(existing) | map(attribute='name') | list -%}
    {%- set columns = adapter.get_columns_in_relation(night) -%}
    select
        {%- for column in columns %}
        {{ 'kept.' ~ column.name if column.name in before else 'cast(null as ' ~ column.dtype ~ ') as ' ~ column.name }}
        {{- ',' if not loop.last }}
        {%- endfor %}

    from {{ existing }} as kept
    {%- if keys %}

    where not {{ headcount.was_judged(night, keys) }}
    {%- endif %}

    union all

    select {{ columns | map(attribute='name') | join(', ') }} from {{ night }}
{%- endmacro %}
