with

runs as (

    select * from {{ source('landing', 'run') }}

)

select
    as_of_at,
    ruleset_override,
    tzdata_version,
    sealed_until_at,
    made_with,
    is_preview

from runs
