{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail') }}

with

run as (

    select * from {{ ref('stg_run') }}

)

select
    as_of_at,
    ruleset_override,
    tzdata_version

from run
{%- if is_incremental() %}

where as_of_at not in (select earlier.as_of_at from {{ this }} as earlier)
{%- endif %}
