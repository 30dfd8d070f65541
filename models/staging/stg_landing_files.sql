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

rows_of_split_files as (

    {%- for table in tables %}

    select
        landed._file as file,
        landed._loaded_at as loaded_at

    from {{ source('landing', table) }} as landed

    where landed._file in (select file from split_files where source_table = '{{ table }}')
    {%- if not loop.last %}

    union all
    {%- endif %}
    {%- endfor %}

),

landed_of_split_files as (

    select
        rows_of_split_files.file,
        count(*) as landed_rows

    from rows_of_split_files

    cross join run

    where rows_of_split_files.loaded_at <= run.as_of_at
        or rows_of_split_files.loaded_at is null

    group by rows_of_split_files.file

)

select
    files.file,
    files.source_table,
    files.is_read,
    coalesce(files.rows, 0) as rows,
    case
        when landed_of_split_files.file is not null then landed_of_split_files.landed_rows
        when files.first_loaded_at > run.as_of_at then files.undated_rows
        else coalesce(files.rows, 0)
    end as landed_rows,
    files.first_loaded_at,
    files.last_loaded_at,
    files.size_bytes,
    files.fingerprint

from files

cross join run

left join landed_of_split_files on files.file = landed_of_split_files.file
