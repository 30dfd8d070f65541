with

tiers as (

    select
        *,
        lag(to_user) over card_tiers as previous_to_user,
        lead(tier_number) over card_tiers as next_tier_number

    from {{ ref('stg_rate_cards') }}

    window card_tiers as (partition by product, currency, valid_from order by from_user)

)

-- From the first user to the last: no user is in two tiers or in none.
select
    product,
    currency,
    valid_from,
    tier_number

from tiers

where (from_user = coalesce(previous_to_user, 0) + 1) is not true
    or (next_tier_number is null) is distinct from (to_user is null)
    or (to_user is null or to_user >= from_user) is not true
