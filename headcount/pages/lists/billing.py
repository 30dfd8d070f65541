"""Lists of what is billed, held, adjusted, reconciled, and could not be billed."""

from headcount.pages.lists.listing import Column, Listing, code

_NAMED = "left join marts.dim_accounts as accounts using (account_id) where $account is null or account_id = $account"

LISTINGS = (
    Listing(
        "lines", "Billing lines",
        "Every line of closed periods and final package charges, the newest first. A tier's flat fee comes on top of quantity "
        "and price; the bill shows it.",
        f"""
        select lines.*, amounts.billed_on, amounts.period_start_on, accounts.account_name
        from marts.fct_billing_lines as lines
        inner join (select billing_line_id, billed_on, period_start_on from marts.fct_billed_amounts) as amounts
            using (billing_line_id)
        {_NAMED}
        """,
        (
            Column("billed_on", "Billed on", "day"), Column("account_id", "Account", "account"),
            Column("location_id", "Place", "location"), code("line_kind", "Kind", "line"), Column("description", "What"),
            Column("quantity", "Quantity", "number"), Column("unit_price", "Price each", "price"),
            Column("amount", "Amount", "money"), Column("billing_line_id", "Line", "id"),
        ),
        "billed_on desc, account_id, location_id, line_kind, period_start_at, tier_number, billing_line_id",
        ("account_id", "account_name", "location_id", "description", "billing_line_id"), ("line_kind", "currency"),
        "No billing line yet: lines appear when a period closes or a package begins, is renewed or is raised.",
        needs=("account",),
    ),
    Listing(
        "left", "Lines sent to finance last night", "What the export of the newest night holds.",
        f"""
        select lines.*, cast(lines.billed_at as date) as billed_on, accounts.account_name
        from exports.exported_billing_lines as lines {_NAMED}
        """,
        (
            Column("billed_on", "Billed on", "day"), Column("account_id", "Account", "account"),
            Column("location_id", "Place", "location"), code("line_kind", "Kind", "line"), Column("description", "What"),
            Column("amount", "Amount", "money"), Column("billing_line_id", "Line", "id"),
        ),
        "billed_at desc, account_id, location_id, line_kind, tier_number, billing_line_id",
        ("account_id", "account_name", "description"), ("line_kind", "currency"), "No line was sent.", needs=("account",),
    ),
    Listing(
        "held", "Lines that wait for approval", "Held by a rule; they are sent when somebody has approved them.",
        f"""
        select lines.*, cast(lines.billed_at as date) as billed_on, accounts.account_name
        from (select * from exports.exported_held_lines where not is_leaving) as lines {_NAMED}
        """,
        (
            Column("billed_on", "Billed on", "day"), Column("account_id", "Account", "account"),
            Column("location_id", "Place", "location"), Column("description", "What"), Column("amount", "Amount", "money"),
            Column("held_by", "Held by", "sentence"), Column("billing_line_id", "Line", "id"),
        ),
        "billed_at desc, account_id, location_id, billing_line_id",
        ("account_id", "account_name", "description", "held_by"), ("currency",), "No line is held.", needs=("account",),
    ),
    Listing(
        "exceptions", "Should have been billed and could not be", "A row for each period or charge.",
        f"select exceptions.*, accounts.account_name from marts.billing_exceptions as exceptions {_NAMED}",
        (
            Column("account_id", "Account", "account"), Column("account_name", "Name"),
            Column("location_id", "Place", "location"), Column("period_start_on", "Period from", "period"),
            code("exception", "Why", "exception"), Column("detail", "What", "sentence"),
        ),
        "account_id, location_id, period_start_at, subscription_id, charge_number, exception",
        ("account_id", "account_name", "detail"), ("exception",),
        "No exception. Whether everything counted has something that bills it, the worklist says.", needs=("account",),
    ),
    Listing(
        "invoices", "The vendor's invoices and the count", "Each invoice that ended a period, held against what was counted. An "
        "amount that was invoiced without a currency is in the account's.",
        f"""
        select invoices.*, accounts.account_name,
            case
                when invoices.billed_amount is null then 'no amount invoiced'
                when invoices.computed_amount is null then 'nothing to compute it by'
                when invoices.billed_currency != invoices.currency then 'in other currencies'
            end as not_comparable
        from (
            select * replace (coalesce(billed_currency, currency) as billed_currency) from marts.fct_invoice_reconciliation
        ) as invoices {_NAMED}
        """,
        (
            Column("invoiced_at", "Invoiced", "instant"), Column("account_id", "Account", "account"),
            Column("invoice_number", "Invoice"), code("explanation", "Verdict", "reconciliation"),
            Column("billed_users", "Users invoiced", "number"), Column("active_users", "Counted", "number"),
            Column("difference_users", "Difference", "change"),
            Column("billed_amount", "Amount invoiced", "money", currency="billed_currency"),
            Column("computed_amount", "Computed", "money"),
            Column("difference_amount", "Difference", "money", instead="not_comparable"),
            code("explaining_ruleset_id", "Explained by", "ruleset"),
        ),
        "invoiced_at desc, account_id, platform_invoice_id", ("account_id", "account_name", "invoice_number"),
        ("explanation",), "No invoice says what it billed.", needs=("account",),
    ),
    Listing(
        "adjustments", "Corrections that became money", "Billed or paid back with a later period.",
        f"select adjusted.*, adjusted.known_users - adjusted.users_before as difference_users, accounts.account_name "
        f"from marts.fct_billing_adjustments as adjusted {_NAMED}",
        (
            Column("account_id", "Account", "account"), Column("location_id", "Place", "location"),
            Column("period_start_on", "Period from", "period"), Column("settled_at", "Settled", "instant"),
            Column("users_before", "Users before", "number"), Column("known_users", "Known then", "number"),
            Column("difference_users", "Difference", "change"), Column("amount", "Amount", "money"),
        ),
        "settled_at desc, account_id, location_id, period_start_at", ("account_id", "account_name", "location_id"), (),
        "No correction has become money.", needs=("account",),
    ),
    Listing(
        "charges", "Package charges", "Starts, renewals and raises; a charge that is not final may still change.",
        f"""
        select charges.*, charges.account_id as location_id, charges.charged_on as period_start_on, accounts.account_name
        from (select * exclude (currency), currency from marts.fct_package_charges) as charges {_NAMED}
        """,
        (
            Column("charged_on", "On", "day"), Column("account_id", "Account", "account"),
            code("charge_kind", "Kind", "charge"), Column("plan", "Plan"), code("duration", "Term", "duration"),
            Column("client_limit", "Limit", "limit"), Column("full_price", "Price of the term", "money"),
            Column("days_charged", "Days", "number"), Column("days_in_term", "Of", "number"),
            Column("amount", "Amount", "money"), Column("is_final", "Final", "flag"),
        ),
        "charged_at desc, account_id, subscription_id, charge_number", ("account_id", "account_name", "plan"),
        ("charge_kind", "currency"), "No package has been charged.", needs=("account",),
    ),
)  # fmt: skip
