-- F3: a hold without its value or its currency would hold nothing, in silence; one that is there twice would be two.
with

holds as (

    select * from {{ ref('rule_holds') }}

)

select
    hold_id,
    measure

from holds

where (
    trim(hold_id) != ''
    and valid_from is not null
    and case measure
        when 'amount_at_least' then value is not null and currency is not null
        when 'change_percent' then value is not null
        when 'adjustment' then value is not null
        when 'first_bill' then coalesce(trim(both '0.' from value), '') = ''
    end
    and {{ headcount.text_matches("coalesce(value, '0')", '[0-9]{1,12}([.][0-9]{1,6}0*)?') }}
) is not true
