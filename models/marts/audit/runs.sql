{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='as_of_at',
        on_schema_change='append_new_columns',
        full_refresh=false
    )
}}

with

run as (

    select * from {{ ref('stg_run') }}

)

select
    as_of_at,
    ruleset_override,
    tzdata_version,
    sealed_until_at,
    made_with

from run
