"""Lists of people: who counted and why, who did not, who was corrected, one customer everywhere. IDs, and nobody's name."""

from dataclasses import replace

from headcount.pages.lists.listing import Column, Listing, code

# Of the chosen period at each place: the newest that had begun by the day `$day`.
_CHOSEN = """
    with chosen as (
        select account_id, location_id, max(period_start_at) as period_start_at
        from marts.dim_billing_periods
        where account_id = $account and period_start_on <= $day and ($location is null or location_id = $location)
        group by account_id, location_id
    )
"""
_RULE = (
    "left join seeds.rule_conditions as rules on {0}.rule_condition_id = "
    "concat(rules.ruleset_id, '/', rules.activity_type, '/', rules.price_kind)"
)

# Who is suspended does not count by the rule of that, as active_user_explanations says, whatever their activity would make of it.
_RULE_ID = "case when {0}.reason = 'suspended' then 'X11' else rules.rule_id end as rule_id"

# The first record of what was done and did not count, as known when the period closed. What lasts has none.
_RECORDS = """
    select uncounted.account_id, uncounted.location_id, uncounted.period_start_at, uncounted.customer_id,
        uncounted.activity_type, uncounted.reason,
        min(happened.happened_at) as evidence_at,
        arg_min(happened.evidence_id, (happened.happened_at, happened.evidence_id)) as evidence_id
    from (select * from marts.fct_uncounted_activity where account_id = $account) as uncounted
    inner join chosen using (account_id, location_id, period_start_at)
    inner join (select * from marts.dim_billing_periods where account_id = $account) as periods
        using (account_id, location_id, period_start_at)
    inner join (select * from intermediate.int_activity__happened where account_id = $account) as happened
        on uncounted.account_id = happened.account_id and uncounted.location_id = happened.location_id
            and uncounted.customer_id = happened.customer_id and uncounted.activity_type = happened.activity_type
            and periods.period_start_at <= happened.happened_at
            and (periods.period_end_at is null or periods.period_end_at > happened.happened_at)
    cross join (select max(as_of_at) as as_of_at from marts.runs) as runs
    where happened.known_from_at <= least(coalesce(periods.knowledge_cutoff_at, runs.as_of_at), runs.as_of_at)
        and happened.known_until_at > least(coalesce(periods.knowledge_cutoff_at, runs.as_of_at), runs.as_of_at)
        and case uncounted.reason
            when 'invoice_not_valid' then not happened.is_valid_invoice
            when 'cancelled_booking' then happened.cancelled_at is not null
            else true
        end
    group by all
"""

# Where else in the account the same customer counts while the period runs.
_ELSEWHERE = """
    select uncounted.account_id, uncounted.location_id, uncounted.period_start_at, uncounted.customer_id,
        string_agg(
            distinct coalesce(places.location_name, others.location_id), ', '
            order by coalesce(places.location_name, others.location_id)
        ) as counts_at
    from (select * from marts.fct_uncounted_activity where account_id = $account) as uncounted
    inner join chosen using (account_id, location_id, period_start_at)
    inner join (select * from marts.dim_billing_periods where account_id = $account) as periods
        using (account_id, location_id, period_start_at)
    inner join (select * from marts.fct_active_users where account_id = $account) as others
        on uncounted.customer_id = others.customer_id and uncounted.location_id != others.location_id
            and uncounted.account_id = others.account_id
    inner join (select * from marts.dim_billing_periods where account_id = $account) as of_others
        on others.account_id = of_others.account_id and others.location_id = of_others.location_id
            and others.period_start_at = of_others.period_start_at
            and (periods.period_end_at is null or of_others.period_start_at < periods.period_end_at)
            and (of_others.period_end_at is null or of_others.period_end_at > periods.period_start_at)
    left join marts.dim_locations as places
        on others.account_id = places.account_id and others.location_id = places.location_id
    group by all
"""


def _of_customer(sql: str) -> str:
    """The same of one customer at every account and in every period."""
    return (
        sql.replace("(select * from marts.dim_billing_periods where account_id = $account)", "marts.dim_billing_periods")
        .replace("inner join chosen using (account_id, location_id, period_start_at)", "")
        .replace("account_id = $account", "customer_id = $customer")
    )


# Of a customer who always counted. That nothing is there to be looked for, DuckDB would find out by going over all that happened.
_NO_RECORDS = """
    select account_id, location_id, period_start_at, customer_id, activity_type, reason,
        null::timestamp as evidence_at, null::varchar as evidence_id
    from marts.fct_uncounted_activity
    where false
"""


def _history(records: str) -> str:
    """All periods of one customer, with these records of what did not count."""
    return f"""
        select history.*, coalesce(locations.location_name, history.location_id) as location_name, {_RULE_ID.format("history")},
            elsewhere.counts_at,
            case when history.is_counted then 'counts' else 'does not count' end as verdict
        from (
            select account_id, location_id, period_start_at, period_start_on, customer_id, true as is_counted, source,
                null as reason, activity_type, evidence_id, evidence_at, payer_customer_id, rule_condition_id
            from marts.fct_active_user_sources where customer_id = $customer
            union all
            select account_id, location_id, period_start_at, period_start_on, customer_id, false, null,
                reason, activity_type, records.evidence_id, records.evidence_at, null, rule_condition_id
            from (select * from marts.fct_uncounted_activity where customer_id = $customer) as uncounted
            left join (
                {records}
            ) as records using (account_id, location_id, period_start_at, customer_id, activity_type, reason)
        ) as history
        left join (
            {_of_customer(_ELSEWHERE)}
        ) as elsewhere using (account_id, location_id, period_start_at, customer_id)
        left join marts.dim_locations as locations
            on history.account_id = locations.account_id and history.location_id = locations.location_id
        {_RULE.format("history")}
    """


def history_of(reading, customer: str) -> Listing:
    """The list `history`, by the cheapest query that has all rows of this customer."""
    listing = next(one for one in LISTINGS if one.name == "history")
    uncounted = "select 1 from marts.fct_uncounted_activity where customer_id = $customer limit 1"
    return listing if reading.rows(uncounted, customer=customer) else replace(listing, sql=_history(_NO_RECORDS))


# What the page around a list of people says, and its CSV has to say by itself.
_PERIOD = ("account_id", "location_id", "period_start_on")


def _counting(mart: str, where: str = "") -> str:
    return (
        _CHOSEN
        + f"""
        select customer_id from (select * from marts.{mart} where account_id = $account) as rows
        inner join chosen using (account_id, location_id, period_start_at) {where}
    """
    )


LISTINGS = (
    Listing(
        "counted", "Who counted, and why", "A row for each user and source, with the earliest record that shows it.",
        _CHOSEN + f"""
        select sources.*, coalesce(locations.location_name, sources.location_id) as location_name,
            movements.movement, rules.rule_id, users.sources
        from (select * from marts.fct_active_user_sources where account_id = $account) as sources
        inner join chosen using (account_id, location_id, period_start_at)
        left join (select * from marts.fct_active_user_movements where account_id = $account) as movements
            using (account_id, location_id, period_start_at, customer_id)
        left join (select * from marts.fct_active_users where account_id = $account) as users
            using (account_id, location_id, period_start_at, customer_id)
        left join marts.dim_locations as locations
            on sources.account_id = locations.account_id and sources.location_id = locations.location_id
        {_RULE.format("sources")}
        """,
        (
            Column("customer_id", "User", "customer"), Column("location_name", "Place"),
            code("movement", "Against the period before", "movement"), code("source", "Counts by", "source"),
            code("activity_type", "What was done", "activity"), Column("evidence_id", "Record", "record"),
            Column("evidence_at", "When", "instant"), Column("payer_customer_id", "Paid for by", "customer", rare=True),
            code("rule_id", "Rule", "rule"),
        ),
        "customer_id, location_id, source", ("customer_id", "evidence_id"), ("movement", "source", "sources", "location_name"),
        "Nobody counted in this period.", needs=("account", "day", "location"), also=_PERIOD,
        counting=_counting("fct_active_user_sources"),
    ),
    Listing(
        "lost", "Who counted before, and not in this period", "With what made them count in the period before.",
        _CHOSEN + """
        select movements.*, coalesce(locations.location_name, movements.location_id) as location_name, before.sources
        from (select * from marts.fct_active_user_movements where account_id = $account) as movements
        inner join chosen using (account_id, location_id, period_start_at)
        left join (
            select account_id, location_id, period_start_at,
                lag(period_start_at) over (partition by account_id, location_id order by period_start_at) as before_at
            from marts.dim_billing_periods
            where account_id = $account
        ) as periods using (account_id, location_id, period_start_at)
        left join (select * from marts.fct_active_users where account_id = $account) as before
            on movements.account_id = before.account_id and movements.location_id = before.location_id
                and periods.before_at = before.period_start_at and movements.customer_id = before.customer_id
        left join marts.dim_locations as locations
            on movements.account_id = locations.account_id and movements.location_id = locations.location_id
        where movements.movement = 'lost'
        """,
        (
            Column("customer_id", "User", "customer"), Column("location_name", "Place"),
            Column("sources", "Counted before by", "sources"),
        ),
        "customer_id, location_id", ("customer_id",), ("sources", "location_name"), "Nobody was lost.",
        needs=("account", "day", "location"), also=_PERIOD,
        counting=_counting("fct_active_user_movements", "where movement = 'lost'"),
    ),
    Listing(
        "uncounted", "Who was active and did not count",
        "Somebody may have several reasons. A contract or a team lasts, and has no instant.",
        _CHOSEN + f"""
        select uncounted.*, coalesce(locations.location_name, uncounted.location_id) as location_name,
            {_RULE_ID.format("uncounted")}, records.evidence_id, records.evidence_at, elsewhere.counts_at
        from (select * from marts.fct_uncounted_activity where account_id = $account) as uncounted
        left join (
            {_RECORDS}
        ) as records using (account_id, location_id, period_start_at, customer_id, activity_type, reason)
        left join (
            {_ELSEWHERE}
        ) as elsewhere using (account_id, location_id, period_start_at, customer_id)
        inner join chosen using (account_id, location_id, period_start_at)
        left join marts.dim_locations as locations
            on uncounted.account_id = locations.account_id and uncounted.location_id = locations.location_id
        {_RULE.format("uncounted")}
        """,
        (
            Column("customer_id", "Customer", "customer"), Column("location_name", "Place"),
            code("reason", "Why not", "reason"), code("activity_type", "What was done", "activity"),
            Column("evidence_id", "First record", "record"), Column("evidence_at", "When", "instant"),
            Column("counts_at", "Counts elsewhere at", rare=True), code("rule_id", "Rule", "rule"),
        ),
        "customer_id, location_id, activity_type, reason", ("customer_id", "evidence_id"), ("reason", "location_name"),
        "Nobody was active without counting.", needs=("account", "day", "location"), also=_PERIOD,
        counting=_counting("fct_uncounted_activity"),
    ),
    Listing(
        "corrections", "Corrections", "Who would be counted otherwise with what is known today, in closed periods.",
        """
        select corrections.*, accounts.account_name
        from marts.fct_active_user_corrections as corrections
        left join marts.dim_accounts as accounts using (account_id)
        where $account is null or account_id = $account
        """,
        (
            Column("account_id", "Account", "account"), Column("account_name", "Name"),
            Column("location_id", "Place", "location"), Column("period_start_on", "Period from", "period"),
            Column("customer_id", "User", "customer"), code("correction", "What", "correction"),
        ),
        "period_start_on desc, account_id, location_id, customer_id", ("account_id", "account_name", "customer_id"),
        ("correction",), "Nothing that was billed looks different with what is known now.", needs=("account",),
    ),
    Listing(
        "live", "The open period against the one before", "User by user, with what differs.",
        "select * from marts.fct_live_vs_invoiced where account_id = $account",
        (
            Column("customer_id", "User", "customer"), Column("location_id", "Place", "location"),
            code("reason", "How", "live"), Column("counted_invoiced", "Counted in the last", "flag"),
            Column("counted_live", "Counts in the open one", "flag"),
        ),
        "location_id, reason, customer_id", ("customer_id",), ("reason", "location_id"),
        "Nobody was counted in the last ended period, and nobody counts in the open one.", needs=("account",),
    ),
    Listing(
        "history", "One customer, in every period", "What counted and what did not, at every account.",
        _history(_of_customer(_RECORDS)),
        (
            Column("period_start_on", "Period from", "period"), Column("account_id", "Account", "account"),
            Column("location_name", "Place"), Column("verdict", "Verdict"), code("source", "Counts by", "source", rare=True),
            code("reason", "Why not", "reason", rare=True), code("activity_type", "What was done", "activity"),
            Column("evidence_id", "Record", "id", rare=True), Column("evidence_at", "When", "instant", rare=True),
            Column("counts_at", "Counts elsewhere at", rare=True),
            Column("payer_customer_id", "Paid for by", "customer", rare=True), code("rule_id", "Rule", "rule"),
        ),
        "period_start_on desc, account_id, location_id, is_counted desc, source, activity_type, reason",
        ("evidence_id", "location_id", "location_name"),
        ("account_id", "verdict"), "Nothing is known of this customer's activity.", needs=("customer",),
    ),
    Listing(
        "customers", "Customers", "By a part of the ID, across all accounts.",
        "select customers.* exclude (display_name), accounts.account_name from marts.dim_customers as customers "
        "left join marts.dim_accounts as accounts using (account_id)",
        (
            Column("customer_id", "Customer", "customer"), Column("account_id", "Account", "account"),
            Column("account_name", "Name of the account"), code("customer_kind", "Kind", "customer_kind"),
            code("status", "Status", "status"), Column("created_at", "Since", "instant"),
        ),
        "customer_id", ("customer_id",), ("customer_kind", "status"), "No customer has such an ID.",
    ),
)  # fmt: skip
