with

spans as (

    select * from {{ ref('int_statuses__spans') }}

),

run as (

    select * from {{ ref('stg_run') }}

)

select
    spans.customer_id,
    spans.status

from spans

inner join run
    on spans.lasts_from_at <= run.as_of_at
        and spans.lasts_until_at > run.as_of_at
        and {{ headcount.in_knowledge('spans', 'run.as_of_at') }}
