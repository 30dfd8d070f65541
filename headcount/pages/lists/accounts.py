"""Lists of accounts, places and periods."""

from headcount.pages.accounts import account_states
from headcount.pages.lists.listing import Column, Listing, code
from headcount.pages.periods import place_periods
from headcount.pages.work import worklist

LISTINGS = (
    Listing(
        "work", "What needs somebody",
        "Worst first; of one kind the largest first. Until is when an open period ends, or one that has ended closes; where no "
        "day is known, the next invoice ends the period.",
        "select work.*, account_name, product from work left join marts.dim_accounts using (account_id)",
        (
            code("kind", "What", "work"), Column("account_id", "Account", "account"), Column("what", "Why"),
            Column("account_name", "Name"), Column("location_id", "Place", "location"), Column("since_on", "Since", "day"),
            Column("due_at", "Until", "due"), Column("whose", "Whose"),
        ),
        "position", ("account_id", "account_name", "what", "location_id"), ("kind", "product", "whose"),
        "Nothing needs anybody: no account is over a limit or will be, everything counted is billed, every invoice agrees.",
        prepare=worklist,
    ),
    Listing(
        "accounts", "Accounts", "Users of the period that people ask about now: for a week the one that has ended, then the "
        "open one; with what it was billed, or what it comes to so far by the rate card.",
        "select * from account_states",
        (
            Column("account_id", "Account", "account"), Column("account_name", "Name"), Column("product", "Product"),
            code("state", "State", "work"), Column("users", "Users", "number"), Column("change", "Change", "change"),
            Column("live", "Open period", "number"), Column("forecast", "Forecast", "number"),
            Column("package", "Limit", "right"), Column("amount", "Users cost", "money"),
        ),
        "level, users desc nulls last, account_id", ("account_id", "account_name"), ("product", "state", "currency"),
        "No account has been received and accepted yet; run `headcount nightly` on a landing zone that has some.",
        prepare=account_states,
    ),
    Listing(
        "periods", "Periods", "Every period of every place, with what its users were billed.",
        "select * from place_periods where $account is null or account_id = $account",
        (
            Column("account_id", "Account", "account"), Column("account_name", "Name"),
            Column("location_name", "Place", "place"), Column("period_start_on", "From", "period"),
            code("period_status", "State", "state"), Column("active_users", "Users", "number"),
            Column("change", "Change", "change"),
            Column("registered_customers", "Customers it has", "number"), Column("amount", "Billed", "money"),
            code("ruleset_id", "Rules", "ruleset"),
        ),
        "period_start_on desc, account_id, location_id", ("account_id", "account_name", "location_id", "location_name"),
        ("period_status", "location_name", "product"), "No billing period yet.", needs=("account",), prepare=place_periods,
    ),
    Listing(
        "closed", "Closed since the run before", "Periods that came to the end of their grace between the last two runs.",
        """
        select place_periods.* from place_periods
        cross join (
            select max(as_of_at) as as_of_at,
                coalesce(
                    max(as_of_at) filter (where as_of_at < (select max(as_of_at) from marts.runs)),
                    max(as_of_at) - interval 24 hours
                ) as before_at
            from marts.runs
        ) as runs
        where period_status = 'closed' and knowledge_cutoff_at > runs.before_at and knowledge_cutoff_at <= runs.as_of_at
        """,
        (
            Column("account_id", "Account", "account"), Column("account_name", "Name"),
            Column("location_name", "Place", "place"), Column("period_start_on", "Period from", "period"),
            Column("active_users", "Users", "number"), Column("change", "Change", "change"),
            Column("amount", "Billed for users", "money"),
        ),
        "active_users desc, account_id, location_id, period_start_on", ("account_id", "account_name", "location_id"),
        ("product",), "No period came to the end of its grace between the last two runs.", prepare=place_periods,
    ),
    Listing(
        "over-limit", "Who was over the limit", "Every period in which a package was too small, the newest first.",
        """
        select usage.*, accounts.account_name, accounts.product, usage.account_id as location_id, counts.period_status
        from marts.fct_package_usage as usage
        left join marts.dim_accounts as accounts using (account_id)
        inner join marts.fct_active_user_counts as counts using (account_id, period_start_at)
        where usage.is_over_limit and ($account is null or usage.account_id = $account)
        """,
        (
            Column("account_id", "Account", "account"), Column("account_name", "Name"),
            Column("period_start_on", "Period from", "period"), code("period_status", "State", "state"),
            Column("active_clients", "Clients", "number"), Column("client_limit", "Limit", "number"),
            Column("limit_exceeded_on", "Over since", "day"), Column("days_over_limit", "Days over", "number"),
            Column("smallest_sufficient_limit", "Limit that would do", "limit"),
        ),
        "period_start_on desc, active_clients - client_limit desc, account_id", ("account_id", "account_name"),
        ("period_status",), "No account was ever over its limit.", needs=("account",),
    ),
    Listing(
        "thresholds", "Thresholds reached", "The user who made the number, and the day: of all periods.",
        "select * from marts.fct_threshold_crossings where $account is null or account_id = $account",
        (
            Column("account_id", "Account", "account"), Column("location_id", "Place", "location"),
            Column("period_start_on", "Period from", "period"), code("measure", "Measure", "threshold"),
            Column("percent", "Percent", "number"), Column("base", "Of", "number"), Column("active_users", "Users", "number"),
            Column("crossed_on", "Reached on", "day"),
        ),
        "crossed_on desc, account_id, location_id, measure, percent", ("account_id", "location_id"), ("measure",),
        "No threshold has been reached.", needs=("account",),
    ),
)  # fmt: skip
