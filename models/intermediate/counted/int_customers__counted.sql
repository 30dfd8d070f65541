with

sources as (

    select * from {{ ref('int_sources__counted') }}

)

select
    judgement_id,
    customer_id,
    {{ headcount.sorted_list('source') }} as sources,
    min(evidence_at) as first_active_at

from sources

group by judgement_id, customer_id
