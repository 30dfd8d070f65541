"""The first page: who needs somebody, what money there is, what closed, and whether the data can be trusted."""

from datetime import timedelta

from headcount.pages import charts, spelled
from headcount.pages.accounts import account_states, amounts_of
from headcount.pages.lists import LISTINGS, Asked, ask
from headcount.pages.work import KINDS

# Days after which the newest load is old.
STALE_DAYS = 2

_MONEY = """
    select
        currency,
        coalesce(sum(amount) filter (where billed_on >= $this_month), 0) as this_month,
        coalesce(sum(amount) filter (where billed_on >= $last_month and billed_on < $this_month), 0) as last_month,
        coalesce(sum(amount) filter (where line_kind = 'adjustment' and billed_on >= $last_month), 0) as adjusted
    from marts.fct_billed_amounts
    group by currency
"""

_LEFT = "select currency, sum(amount) as amount, count(*) as lines from exports.exported_billing_lines group by currency"
_HELD = """
    select currency, sum(amount) as amount, count(*) as lines
    from exports.exported_held_lines where not is_leaving group by currency
"""

_NOT_CLOSED = "select * from place_periods where period_status != 'closed'"
# The same with the users that are expected by their end, where that is known.
_EXPECTED = """
    select periods.* replace (coalesce(forecasts.forecast, periods.active_users) as active_users)
    from place_periods as periods
    left join forecasts using (account_id, location_id, period_start_at)
    where periods.period_status != 'closed'
"""

_BY_MONTH = """
    select date_trunc('month', period_start_on) as month, sum(active_users) as users,
        count(*) filter (where period_status != 'closed') > 0 as so_far
    from place_periods
    where period_start_on >= $since
    group by month
    -- From the first month on in which anybody counted.
    qualify sum(sum(active_users)) over (order by month) > 0
    order by month
"""

_COUNTS = """
    select
        (select count(*) from marts.dim_accounts) as accounts,
        (select count(*) from marts.dim_locations) as places,
        (select coalesce(cast(sum(active_users) as bigint), 0) from asked_periods) as asked_users,
        (select coalesce(cast(sum(change) as bigint), 0) from asked_periods where previous_users is not null) as change,
        (select coalesce(cast(sum(active_users) as bigint), 0) from place_periods where period_status = 'open') as live_users,
        (select count(distinct account_id) from work where kind = 'over_limit') as over_limit,
        (select count(distinct account_id) from work where level = 1) as urgent,
        (select count(*) from work where level = 1) as urgent_rows,
        (select count(*) from work) as work_rows,
        (
            select count(*) from (
                select distinct account_id, customer_id from marts.fct_active_users
                inner join asked_periods using (account_id, location_id, period_start_at)
            )
        ) as asked_people,
        (select count(*) from marts.billing_exceptions) as exceptions,
        (select count(*) from marts.fct_active_user_corrections) as corrections,
        (select coalesce(cast(sum(rejected_rows) as bigint), 0) from marts.landing_reconciliation) as rejected_rows,
        (select count(*) from marts.rejected_records) as reasons,
        (select max(last_loaded_at) from marts.landing_files) as loaded_at
"""


def overview(reading) -> dict:
    """What the template says of all accounts."""
    account_states(reading)
    kept = reading.once("overview", _overview)
    return {**kept, "work": ask(reading, LISTINGS["work"], Asked(), 25), "closed": ask(reading, LISTINGS["closed"], Asked(), 10)}


def _overview(reading) -> dict:
    as_of = reading.as_of
    counts = reading.row(_COUNTS)
    return {
        "counts": counts,
        "kinds": [
            {"kind": row["kind"], "level": row["level"], "rows": row["rows"], "accounts": row["accounts"],
             "name": KINDS[row["kind"]][1]}
            for row in reading.rows(
                "select kind, level, count(*) as rows, count(distinct account_id) as accounts "
                "from work group by kind, level order by level, min(position)"
            )
        ],
        "money_rows": _money(reading) if as_of else [],
        "chart": charts.by_period(_months(reading)) if as_of else "",
        "health": health(reading, counts),
        "asked": reading.row(
            "select min(period_start_on) as first, max(period_start_on) as last, "
            "count(*) filter (where period_status = 'open') as open, count(*) as periods from asked_periods"
        ),
    }  # fmt: skip


def _money(reading) -> list[dict]:
    this_month = reading.as_of.date().replace(day=1)
    last_month = (this_month - timedelta(days=1)).replace(day=1)
    rows: dict[str, dict] = {}

    def of(currency: str) -> dict:
        empty = {"currency": currency, "this_month": 0, "last_month": 0, "adjusted": 0, "left": 0, "left_lines": 0,
                 "held": 0, "held_lines": 0, "running": None, "expected": None}  # fmt: skip
        return rows.setdefault(currency, empty)

    for row in reading.rows(_MONEY, this_month=this_month, last_month=last_month):
        of(row["currency"]).update(row)
    for name, sql in (("left", _LEFT), ("held", _HELD)):
        for row in reading.rows(sql) if reading.has("exports", "exported_held_lines") else ():
            of(row["currency"]).update({name: row["amount"], f"{name}_lines": row["lines"]})
    accounts = reading.rows("select account_id, currency from marts.dim_accounts")
    currencies = {row["account_id"]: row["currency"] for row in accounts}
    for name, periods in (("running", _NOT_CLOSED), ("expected", _EXPECTED)):
        for account, amount in amounts_of(reading, periods).items():
            if currency := currencies.get(account):
                of(currency)[name] = (of(currency)[name] or 0) + amount
    return [rows[currency] for currency in sorted(rows)]


def _months(reading) -> list[dict]:
    since = (reading.as_of.date() - timedelta(days=760)).replace(day=1)
    return [
        {"label": spelled.month(row["month"]), "users": int(row["users"]), "so_far": row["so_far"], "limit": None}
        for row in reading.rows(_BY_MONTH, since=since)
    ]


def health(reading, counts: dict) -> list[dict]:
    """What is to be said of the data itself, worst first: `level` and `what`."""
    said = []
    if not reading.as_of:
        return [{"level": "now", "what": "No run yet: the warehouse is empty."}]
    if counts["loaded_at"] is None:
        said.append({"level": "now", "what": "No row has been received: everything is empty."})
    elif reading.as_of - counts["loaded_at"] > timedelta(days=STALE_DAYS):
        days = (reading.as_of - counts["loaded_at"]).days
        said.append({"level": "now", "what": f"The newest load is of {spelled.instant(counts['loaded_at'])}, {days} days "
                     "before this run: what happened since is missing from every figure."})  # fmt: skip
    if reading.has("landing", "warnings"):
        said += [{"level": "soon", "what": row["warning"]} for row in reading.rows("select warning from landing.warnings")]
    if counts["rejected_rows"]:
        said.append({"level": "look", "what": f"{spelled.number(counts['rejected_rows'])} rows were refused, for "
                     f"{spelled.number(counts['reasons'])} reasons (a row can have several).", "list": "rejected"})  # fmt: skip
    if reading.run["ruleset_override"]:
        said.append({"level": "now", "what": f"Every period is shown under {reading.run['ruleset_override']}: a what-if."})
    return said
