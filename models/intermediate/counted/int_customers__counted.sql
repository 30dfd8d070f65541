with

conditions as (

    select * from {{ ref('int_conditions__all') }}

    where reason is null

),

-- A set of sources is a number while customers are grouped: a list for each of them would not fit into memory.
numbered_sources as (

    select
        source,
        cast(power(2, row_number() over (order by source) - 1) as bigint) as source_bit

    from conditions

    group by source

),

counted as (

    select
        conditions.judgement_id,
        conditions.customer_id,
        bit_or(numbered_sources.source_bit) as source_set,
        min(conditions.evidence_at) as first_active_at

    from conditions

    inner join numbered_sources on conditions.source = numbered_sources.source

    group by conditions.judgement_id, conditions.customer_id

),

source_sets as (

    select source_set from counted

    group by source_set

),

listed_sets as (

    select
        source_sets.source_set,
        {{ headcount.sorted_list('numbered_sources.source') }} as sources

    from source_sets

    inner join numbered_sources on (source_sets.source_set & numbered_sources.source_bit) != 0

    group by source_sets.source_set

)

select
    counted.judgement_id,
    counted.customer_id,
    listed_sets.sources,
    counted.first_active_at

from counted

inner join listed_sets on counted.source_set = listed_sets.source_set
