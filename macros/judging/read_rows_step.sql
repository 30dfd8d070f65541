{% macro read_rows_step(landed) -%}
    {%- set names = landed.columns.keys() | list -%}
-- Of a deletion only the key and the instants are read.
read_rows as (

    select
        {{ landed.key }},
        {{ landed.key }}_unread,
        {%- for name in names if name != landed.key %}
        {%- if landed.is_record %}
        case when landed._deleted is not true then landed.{{ name }} end as {{ name }},
        case when landed._deleted is not true then landed.{{ name }}_unread end as {{ name }}_unread,
        {%- else %}
        {{ name }},
        {{ name }}_unread,
        {%- endif %}
        {%- endfor %}
        landed._loaded_at as loaded_at,
        landed._loaded_at_unread as loaded_at_unread,
        {%- if landed.is_record %}
        coalesce(landed._deleted, false) as is_deleted,
        landed._deleted_unread as is_deleted_unread,
        {%- endif %}
        landed._raw_record as raw_record

    from landed

    cross join run

    -- Of a row without a readable instant nobody can say when it came: it is seen at once.
    where landed._loaded_at <= run.as_of_at
        or landed._loaded_at is null

)
{%- endmacro %}
