{{ config(materialized='incremental', unique_key='file', incremental_strategy='append', on_schema_change='fail') }}

{%- set keys = headcount.landed_keys() -%}
with

landed_rows as (

    {%- for table in keys %}

    select
        '{{ table }}' as source_table,
        _file as file,
        count(*) as rows,
        min({{ headcount.landed_instant('_loaded_at') }}) as first_loaded_at,
        max({{ headcount.landed_instant('_loaded_at') }}) as last_loaded_at

    from {{ source('landing', table) }}

    group by _file
    {%- if not loop.last %}

    union all
    {%- endif %}
    {%- endfor %}

),

run as (

    select * from {{ ref('stg_run') }}

)

select
    landed_rows.file,
    landed_rows.source_table,
    landed_rows.rows,
    landed_rows.first_loaded_at,
    landed_rows.last_loaded_at,
    run.as_of_at as first_read_as_of

from landed_rows

cross join run
{%- if is_incremental() %}

where landed_rows.file not in (select read_before.file from {{ this }} as read_before)
{%- endif %}
