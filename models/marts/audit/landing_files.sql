{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='append_new_columns', full_refresh=false) }}

with

files as (

    select * from {{ ref('stg_landing_files') }}

),

run as (

    select * from {{ ref('stg_run') }}

)

select
    files.file,
    files.source_table,
    files.rows,
    files.first_loaded_at,
    files.last_loaded_at,
    case when files.is_read then run.as_of_at end as first_read_as_of,
    files.is_read,
    files.size_bytes,
    files.fingerprint

from files

cross join run
{%- if is_incremental() %}

where files.file not in (select read_before.file from {{ this }} as read_before)
{%- endif %}
