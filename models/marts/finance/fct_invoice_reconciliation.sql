with

invoiced_periods as (

    select * from {{ ref('fct_invoiced_periods') }}

),

counts_by_ruleset as (

    select * from {{ ref('fct_invoice_counts') }}

),

rulesets as (

    select * from {{ ref('rule_rulesets') }}

    where effective_from is not null

),

invoices as (

    select
        account_id,
        platform_invoice_id,
        invoice_number,
        invoiced_at,
        billed_users,
        billed_amount,
        billed_currency,
        currency,
        count(*) as periods,
        bool_and(period_status = 'closed') as is_closed,
        sum(active_users) as active_users,
        sum(users_known_now) as users_known_now,
        case when count(amount) = count(*) then sum(amount) end as computed_amount

    from invoiced_periods

    group by
        account_id,
        platform_invoice_id,
        invoice_number,
        invoiced_at,
        billed_users,
        billed_amount,
        billed_currency,
        currency

),

-- Several rulesets can come to the number billed: the latest is told. One that never bills explains no bill.
explaining_rulesets as (

    select
        invoices.platform_invoice_id,
        max_by(rulesets.ruleset_id, rulesets.effective_from) as ruleset_id

    from invoices

    inner join counts_by_ruleset
        on invoices.platform_invoice_id = counts_by_ruleset.platform_invoice_id
            and invoices.billed_users = counts_by_ruleset.active_users

    inner join rulesets on counts_by_ruleset.ruleset_id = rulesets.ruleset_id

    group by invoices.platform_invoice_id

),

explained as (

    select
        invoices.*,
        explaining_rulesets.ruleset_id as other_ruleset_id,
        case
            when invoices.billed_users = invoices.active_users then 'agrees'
            when invoices.billed_users = invoices.users_known_now then 'known_later'
            when explaining_rulesets.ruleset_id is not null then 'other_ruleset'
            when invoices.billed_users is not null then 'unexplained'
        end as explanation

    from invoices

    left join explaining_rulesets on invoices.platform_invoice_id = explaining_rulesets.platform_invoice_id

)

-- An amount without a currency is in the account's.
select
    platform_invoice_id,
    account_id,
    invoice_number,
    invoiced_at,
    cast(periods as bigint) as periods,
    is_closed,
    billed_users,
    cast(active_users as bigint) as active_users,
    cast(billed_users - active_users as bigint) as difference_users,
    billed_amount,
    billed_currency,
    computed_amount,
    currency,
    case
        when coalesce(billed_currency, currency) = currency then cast(billed_amount as decimal(38, 6)) - computed_amount
    end as difference_amount,
    explanation,
    case when explanation = 'other_ruleset' then other_ruleset_id end as explaining_ruleset_id

from explained
