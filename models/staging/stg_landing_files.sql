{%- set tables = headcount.landed_tables() -%}
with

files as (

    select * from {{ source('landing', 'files') }}

),

run as (

    select * from {{ ref('stg_run') }}

),

-- Most files lie behind the run whole, or ahead of it whole: only of the others rows have to be counted again.
split_files as (

    select
        files.file,
        files.source_table

    from files

    cross join run

    where files.first_loaded_at <= run.as_of_at
        and files.last_loaded_at > run.as_of_at

),

rows_ahead as (

    {%- for table in tables %}

    select
        landed._file as file,
        count(*) as ahead_rows

    from {{ source('landing', table) }} as landed

    inner join run on landed._loaded_at > run.as_of_at

    where landed._file in (select file from split_files where source_table = '{{ table }}')

    group by landed._file
    {%- if not loop.last %}

    union all
    {%- endif %}
    {%- endfor %}

)

select
    files.file,
    files.source_table,
    files.is_read,
    coalesce(files.rows, 0) as rows,
    case
        when files.first_loaded_at > run.as_of_at then files.undated_rows
        else coalesce(files.rows, 0) - coalesce(rows_ahead.ahead_rows, 0)
    end as landed_rows,
    files.first_loaded_at,
    files.last_loaded_at,
    files.size_bytes,
    files.fingerprint

from files

cross join run

left join rows_ahead on files.file = rows_ahead.file
