{% macro staged_rows(table, columns, rejects={}, is_record=true) -%}
    {%- set types = {} -%}
    {%- for name, words in columns.items() -%}
        {%- do types.update({name: words.split(' ')[0]}) -%}
    {%- endfor -%}
with

landed as (

    select * from {{ source('landing', table) }}

),

run as (

    select * from {{ ref('stg_run') }}

),

-- Each value as its type; null where it cannot be read, which the next step tells from an empty one.
read_values as (

    select {{ headcount.read_columns(types, is_record) }}

    from landed

),

-- What could not be read keeps its text. Of a deletion only the key is read.
told_apart as (

    select {{ headcount.told_apart_columns(types, is_record) }}

    from read_values

),

visible as (

    select told_apart.* from told_apart cross join run

    where told_apart.loaded_at <= run.as_of_at
        or told_apart.loaded_at is null

)

select
    {%- for name in types %}
    {{ name }},
    {%- endfor %}
    loaded_at,
    {%- if is_record %}
    is_deleted,
    {%- endif %}
    {{ headcount.reject_reasons(headcount.content_reasons(columns, rejects, is_record)) }} as content_reasons,
    {{ headcount.row_identity(types, is_record) }} as row_hash,
    raw_record

from visible
{%- endmacro %}
