"""Who needs somebody, worst first: the rows of the worklist, of all accounts.

Each kind is a query over marts that says of which account, place and period, since when, and its figures; the sentence is
made here. A period that ended within the last week is as urgent as one that is open.
"""

from decimal import Decimal

import pyarrow as pa

from headcount.pages import spelled
from headcount.pages.forecast import forecasts

# Of a place's own last periods, how many there have to be, and from how far off on a period is unusual.
USUAL_PERIODS, UNUSUAL_PERCENT, UNUSUAL_USERS = 3, 50, 10

# Of each kind how urgent it is, its name, and whose it is. Of one kind those that concern more users or money come first.
KINDS = {
    "over_limit": (1, "Over the limit", "account manager"),
    "not_billed": (1, "Could not be billed", "billing"),
    "without_package": (1, "Counted, billed by nothing", "account manager"),
    "invoice_unexplained": (1, "Invoice not explained", "billing"),
    "forecast_over": (2, "Will pass the limit", "account manager"),
    "held": (2, "Waits for approval", "who approves"),
    "invoice_differs": (3, "Invoice differs", "billing"),
    "threshold": (3, "Threshold reached", "account manager"),
    "unusual": (4, "Unusual change", "billing"),
}
LEVELS = {1: "now", 2: "soon", 3: "look", 4: "look"}

_ASKED_OR_OPEN = """
    select * from asked_periods
    union
    select * from place_periods where recency = 1 and period_status = 'open'
"""

# Until when something can be done: an open period until it ends, where that is known, one in its grace until it closes.
_DUE = """
    case periods.period_status when 'open' then periods.period_end_at when 'grace' then periods.knowledge_cutoff_at end as due_at
"""

# The first of the periods in a row of which something is true, up to the one in question.
_SINCE = """
    select now.account_id, now.period_start_at, arg_min({0}, earlier.period_start_at) as first_on, count(*) as in_a_row
    from marts.fct_package_usage as now
    inner join marts.fct_package_usage as earlier
        on now.account_id = earlier.account_id and earlier.period_start_at <= now.period_start_at and ({1})
    left join (
        select now.account_id, now.period_start_at, max(earlier.period_start_at) as not_so_at
        from marts.fct_package_usage as now
        inner join marts.fct_package_usage as earlier
            on now.account_id = earlier.account_id and earlier.period_start_at < now.period_start_at
                and ({1}) is not true
        group by now.account_id, now.period_start_at
    ) as other
        on now.account_id = other.account_id and now.period_start_at = other.period_start_at
    where earlier.period_start_at > other.not_so_at or other.not_so_at is null
    group by now.account_id, now.period_start_at
"""

_QUERIES = {
    "over_limit": f"""
        select periods.account_id, periods.location_id, periods.period_start_on, periods.period_status,
            usage.active_clients as users, usage.client_limit, since.first_on as since_on, since.in_a_row,
            usage.days_over_limit, usage.smallest_sufficient_limit, usage.active_clients - usage.client_limit as weight, {_DUE}
        from marts.fct_package_usage as usage
        inner join ({_ASKED_OR_OPEN}) as periods using (account_id, period_start_at)
        inner join ({_SINCE.format("earlier.limit_exceeded_on", "earlier.is_over_limit")}) as since
            using (account_id, period_start_at)
        where usage.is_over_limit
    """,
    "not_billed": """
        select account_id, location_id, max(period_start_on) as period_start_on, exception, max(detail) as detail,
            count(*) as periods, min(period_start_on) as since_on, count(*) as weight
        from marts.billing_exceptions
        group by account_id, location_id, exception
    """,
    "without_package": f"""
        select periods.account_id, periods.location_id, periods.period_start_on, periods.period_status,
            usage.active_clients as users, since.first_on as since_on, usage.active_clients as weight, {_DUE}
        from marts.fct_package_usage as usage
        inner join ({_ASKED_OR_OPEN}) as periods using (account_id, period_start_at)
        inner join ({_SINCE.format("earlier.period_start_on", "earlier.plan is null and earlier.active_clients > 0")}) as since
            using (account_id, period_start_at)
        where usage.plan is null and usage.active_clients > 0
    """,
    "invoice_unexplained": """
        select account_id, account_id as location_id, null::date as period_start_on, invoice_number, billed_users,
            active_users as users, billed_amount, coalesce(billed_currency, currency) as billed_currency, computed_amount,
            difference_amount, currency, explanation,
            cast(invoiced_at as date) as since_on, abs(coalesce(difference_users, 0)) as weight
        from marts.fct_invoice_reconciliation
        where explanation = 'unexplained'
    """,
    "forecast_over": f"""
        select periods.account_id, periods.location_id, periods.period_start_on, forecasts.forecast,
            periods.active_users as users, usage.client_limit, periods.period_start_on as since_on,
            forecasts.forecast - usage.client_limit as weight, {_DUE}
        from forecasts
        inner join place_periods as periods using (account_id, location_id, period_start_at)
        inner join marts.fct_package_usage as usage using (account_id, period_start_at)
        where not usage.is_over_limit and forecasts.forecast > usage.client_limit
    """,
    "invoice_differs": """
        select account_id, account_id as location_id, null::date as period_start_on, invoice_number, billed_users,
            active_users as users, billed_amount, coalesce(billed_currency, currency) as billed_currency, computed_amount,
            difference_amount, currency, explanation,
            cast(invoiced_at as date) as since_on, abs(coalesce(difference_users, 0)) as weight
        from marts.fct_invoice_reconciliation
        where explanation is distinct from 'unexplained'
            and (coalesce(difference_users, 0) != 0 or coalesce(difference_amount, 0) != 0)
    """,
    "threshold": f"""
        select periods.account_id, periods.location_id, periods.period_start_on, crossed.measure, crossed.percent, crossed.base,
            crossed.crossed_on as since_on, periods.active_users as users, crossed.percent as weight, {_DUE}
        from marts.fct_threshold_crossings as crossed
        inner join ({_ASKED_OR_OPEN}) as periods using (account_id, location_id, period_start_at)
        -- Who is over the limit is told so already.
        left join (select *, 'share_of_limit' as measure from marts.fct_package_usage) as usage
            on crossed.account_id = usage.account_id and crossed.period_start_at = usage.period_start_at
                and crossed.measure = usage.measure
        where coalesce(usage.is_over_limit, false) is false
        qualify row_number() over (
            partition by crossed.account_id, crossed.location_id, crossed.period_start_at, crossed.measure
            order by crossed.percent desc
        ) = 1
    """,
    "unusual": f"""
        with usual as (
            select account_id, location_id, median(active_users) as users
            from place_periods
            inner join (select account_id, location_id, recency as asked from asked_periods) as asked
                using (account_id, location_id)
            where recency > asked.asked and recency <= asked.asked + 6
            group by account_id, location_id
            having count(*) >= {USUAL_PERIODS}
        )
        select asked.account_id, asked.location_id, asked.period_start_on, asked.active_users as users,
            cast(usual.users as bigint) as usual, asked.period_start_on as since_on,
            cast(abs(asked.active_users - usual.users) as bigint) as weight,
            case asked.period_status when 'grace' then asked.knowledge_cutoff_at end as due_at
        from asked_periods as asked
        inner join usual using (account_id, location_id)
        where asked.period_status != 'open'
            and abs(asked.active_users - usual.users) >= {UNUSUAL_USERS}
            and 100 * abs(asked.active_users - usual.users) >= {UNUSUAL_PERCENT} * usual.users
    """,
}

_HELD = """
    select account_id, location_id, null::date as period_start_on, min(held_by) as held_by, count(*) as lines,
        sum(amount) as amount, currency, min(cast(billed_at as date)) as since_on, count(*) as weight
    from exports.exported_held_lines
    where not is_leaving
    group by account_id, location_id, currency
"""

_SCHEMA = pa.schema([
    ("level", pa.int64()), ("kind", pa.string()), ("account_id", pa.string()), ("location_id", pa.string()),
    ("period_start_on", pa.date32()), ("what", pa.string()), ("since_on", pa.date32()), ("due_at", pa.timestamp("us")),
    ("whose", pa.string()), ("weight", pa.int64()), ("position", pa.int64()),
])  # fmt: skip


def worklist(reading) -> None:
    """Have the table `work`."""
    forecasts(reading)
    reading.table("work", _work)


def _work(reading) -> pa.Table:
    queries = dict(_QUERIES)
    if reading.has("exports", "exported_held_lines"):
        queries["held"] = _HELD
    rows = []
    for kind, sql in queries.items():
        for row in reading.rows(sql):
            rows.append({
                "level": KINDS[kind][0], "kind": kind, "account_id": row["account_id"], "location_id": row["location_id"],
                "period_start_on": row["period_start_on"], "what": _SAYING[kind](row, reading.digits),
                "since_on": row["since_on"], "due_at": row.get("due_at"), "whose": KINDS[kind][2],
                "weight": int(row["weight"] or 0),
            })  # fmt: skip
    rows.sort(key=lambda row: (row["level"], list(KINDS).index(row["kind"]), -row["weight"], row["account_id"], str(row)))
    return pa.Table.from_pylist([row | {"position": place} for place, row in enumerate(rows)], schema=_SCHEMA)


def _over_limit(row: dict, _) -> str:
    days = f" on {spelled.number(row['days_over_limit'])} days" if row["days_over_limit"] else ""
    running = f", the {row['in_a_row']}. period in a row" if row["in_a_row"] > 1 else ""
    does = row["smallest_sufficient_limit"]
    enough = f"a limit of {spelled.number(does)} would do" if does else "only an unlimited package would do"
    clients, limit = spelled.number(row["users"]), spelled.number(row["client_limit"])
    return f"{clients} clients with a limit of {limit}, over it{days}{running}; {enough}"


def _without_package(row: dict, _) -> str:
    so_far = " so far" if row["period_status"] == "open" else ""
    return f"{spelled.number(row['users'])} active clients{so_far}, and no package is in force: nothing bills them"


def _not_billed(row: dict, _) -> str:
    more = f" (and {row['periods'] - 1} more like it)" if row["periods"] > 1 else ""
    return f"{spelled.days_in(row['detail'])}{more}"


def _invoice(row: dict, digits: dict[str, int]) -> str:
    said = [f"Invoice {row['invoice_number'] or 'without a number'}:"]
    if row["billed_users"] is not None:
        said.append(f"{spelled.number(row['billed_users'])} users invoiced, {spelled.number(row['users'])} counted")
    differs = row["billed_amount"] is not None and row["billed_currency"] != row["currency"]
    if row["difference_amount"] or differs:
        said.append(
            f"{'and ' if len(said) > 1 else ''}{spelled.money(row['billed_amount'], row['billed_currency'], digits)} invoiced, "
            f"{spelled.money(row['computed_amount'], row['currency'], digits)} computed"
        )
    return " ".join(said)


def _forecast_over(row: dict, _) -> str:
    return (
        f"{spelled.number(row['users'])} clients so far, {spelled.number(row['forecast'])} expected by the period's end, "
        f"with a limit of {spelled.number(row['client_limit'])}"
    )


def _held(row: dict, digits: dict[str, int]) -> str:
    lines = "1 line" if row["lines"] == 1 else f"{row['lines']} lines"
    return (
        f"{lines} of {spelled.money(Decimal(row['amount']), row['currency'], digits)} not billed until approved: {row['held_by']}"
    )


def _threshold(row: dict, _) -> str:
    base = f"the limit of {spelled.number(row['base'])}" if row["measure"] == "share_of_limit" else (
        f"the {spelled.number(row['base'])} of the last closed period"
    )  # fmt: skip
    return f"{spelled.number(row['users'])} users, {row['percent']} % of {base} reached on {spelled.day(row['since_on'])}"


def _unusual(row: dict, _) -> str:
    return f"{spelled.number(row['users'])} users, where {spelled.number(row['usual'])} are usual at this place"


_SAYING = {
    "over_limit": _over_limit, "not_billed": _not_billed, "without_package": _without_package,
    "invoice_unexplained": _invoice, "invoice_differs": _invoice, "forecast_over": _forecast_over, "held": _held,
    "threshold": _threshold, "unusual": _unusual,
}  # fmt: skip
