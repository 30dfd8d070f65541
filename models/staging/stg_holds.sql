with

holds as (

    select * from {{ ref('rule_holds') }}

)

select
    hold_id,
    product,
    measure,
    value as value_in_words,
    cast(value as decimal(18, 6)) as held_from,
    currency,
    valid_from

from holds
