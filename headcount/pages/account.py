"""The page of one account: the period that people ask about, and why it is more or fewer than the one before."""

from dataclasses import replace
from datetime import date, timedelta

from headcount.errors import HeadcountError
from headcount.pages import charts, spelled
from headcount.pages.accounts import account_states, period_amount
from headcount.pages.bridge import bridge
from headcount.pages.lists import LISTINGS, Asked, ask, whole
from headcount.pages.prices import Cards, packages

_PERIODS = """
    select * from place_periods
    where account_id = $account and ($location is null or location_id = $location)
    order by location_id, period_start_at desc
"""

_DAYS = """
    select days.location_id, days.period_start_at, days.active_on, days.period_start_on, days.active_users_to_date
    from marts.fct_daily_active_users as days
    inner join (select unnest($places) as location_id, unnest($starts) as period_start_at) as periods
        using (location_id, period_start_at)
    where days.account_id = $account
    order by days.active_on
"""

_LIMITS = """
    select cast(days.local_on - $start as integer) + 1 as day, packages.client_limit as users
    from marts.dim_local_days as days
    inner join intermediate.int_packages__by_account as packages
        on packages.in_force_from_at < days.ends_at
            and (packages.in_force_until_at is null or packages.in_force_until_at >= days.ends_at)
    where packages.account_id = $account and days.timezone = $timezone and packages.client_limit is not null
        and days.local_on >= $start and days.local_on < $until
    order by days.local_on
"""

# A place that is no longer there may still have periods.
_PLACE = """
    select 1 from marts.dim_locations where account_id = $account and location_id = $location
    union all
    select 1 from place_periods where account_id = $account and location_id = $location
"""

_PEOPLE = """
    select count(distinct customer_id) as people
    from marts.fct_active_users
    inner join (select unnest($places) as location_id, unnest($starts) as period_start_at) as periods
        using (location_id, period_start_at)
    where account_id = $account
"""

# The lists that stand on the page, where they have rows.
SECTIONS = ("exceptions", "held", "invoices", "adjustments", "corrections", "thresholds", "charges", "lines")


class NotThereError(HeadcountError):
    """A place or a period that the account does not have."""


def find_account(reading, account: str) -> dict | None:
    """The account of that ID; where there is none, the only one whose ID is the same but for capitals."""
    account_states(reading)
    found = reading.rows("select * from account_states where lower(account_id) = lower($account)", account=account)
    exactly = [row for row in found if row["account_id"] == account]
    return next(iter(exactly or (found if len(found) == 1 else [])), None)


def chosen_periods(reading, account: str, location: str | None, on: date | None) -> tuple[date | None, list[dict], list[dict]]:
    """The day, the period at each place that has begun by it, and all periods. Without a day it is that of the period that
    people ask about. Raises NotThereError for a place that the account does not have, and for a day before all periods."""
    if location and not reading.rows(_PLACE, account=account, location=location):
        raise NotThereError(f"Account {account} has no place with the ID “{location}”.")
    everything = reading.rows(_PERIODS, account=account, location=location)
    if on is not None and everything and on < (first := min(period["period_start_on"] for period in everything)):
        raise NotThereError(
            f"No period of {location or account} had begun by {spelled.day(on)}: the first began on {spelled.day(first)}."
        )
    if on is None:
        asked = reading.row(
            "select max(period_start_on) as on_day from asked_periods "
            "where account_id = $account and ($location is null or location_id = $location)",
            account=account, location=location,
        )  # fmt: skip
        on = asked["on_day"]
    chosen: dict[str, dict] = {}
    for period in everything:
        if on is not None and period["period_start_on"] <= on:
            chosen.setdefault(period["location_id"], period)
    # The day may be any within the period; from here on it is the period's first.
    on = max((period["period_start_on"] for period in chosen.values()), default=on)
    return on, list(chosen.values()), everything


def account_page(
    reading,
    account: dict,
    location: str | None,
    on: date | None,
    section_rows: int | None = 10,
    sections: tuple[str, ...] = SECTIONS,
) -> dict:
    """What the template says of the account."""
    places = reading.rows(
        "select location_id, location_name, timezone from marts.dim_locations where account_id = $account order by location_id",
        account=account["account_id"],
    )
    on, periods, everything = chosen_periods(reading, account["account_id"], location, on)
    cards, today = reading.once("cards", Cards), reading.as_of.date() if reading.as_of else date.min
    for period in periods:
        period["cost"] = period_amount(period, cards, today)
        before = next((one for one in everything if one["location_id"] == period["location_id"]
                       and one["period_start_at"] == period["previous_start_at"]), None)  # fmt: skip
        period["cost_before"] = period_amount(before, cards, today) if before else None
    return {
        "account": account, "places": places, "location": location, "on": on, "periods": periods,
        "starts": _starts(everything), "headline": _headline(periods), "people": people_of(reading, account, periods),
        "package": _package(reading, account, periods),
        "coming": _coming(reading, account, location, cards, today),
        **_work(reading, account, location, periods), "bridge": bridge(reading, account, periods),
        "history": _history(everything), "history_chart": charts.by_period(_by_month(reading, account, everything)),
        "to_date_chart": charts.to_date(_to_date(reading, account, periods)),
        "sections": _sections(reading, account, periods, section_rows, sections),
        "live": _live(reading, account, location),
    }  # fmt: skip


def people_of(reading, account: dict, periods: list[dict]) -> int:
    """How many different people counted: whoever counts at several places is one."""
    if not periods:
        return 0
    return reading.row(
        _PEOPLE, account=account["account_id"], places=[period["location_id"] for period in periods],
        starts=[period["period_start_at"] for period in periods],
    )["people"]  # fmt: skip


def _starts(everything: list[dict]) -> list[dict]:
    """The days on which periods began, the newest first, with the state of the newest that began then."""
    found: dict[date, str] = {}
    for period in sorted(everything, key=lambda period: period["period_start_at"], reverse=True):
        found.setdefault(period["period_start_on"], period["period_status"])
    return [{"on": on, "state": state} for on, state in found.items()]


def _headline(periods: list[dict]) -> dict | None:
    if not periods:
        return None
    states = {period["period_status"] for period in periods}
    starts = sorted({period["period_start_on"] for period in periods})
    ends = [period["period_end_at"] for period in periods]
    costs = [period["cost"] for period in periods]
    befores = [period["cost_before"] for period in periods]
    return {
        "state": states.pop() if len(states) == 1 else "mixed",
        "first": starts[0], "last": starts[-1], "ends_at": ends[0] if len(set(ends)) == 1 else None,
        "last_on": periods[0]["last_on"] if len(set(ends)) == 1 else None,
        "users": sum(period["active_users"] for period in periods),
        "before": sum(period["previous_users"] or 0 for period in periods)
        if any(period["previous_users"] is not None for period in periods) else None,
        "cost": sum(cost for cost in costs if cost is not None) if any(cost is not None for cost in costs) else None,
        "cost_before": sum(cost for cost in befores if cost is not None)
        if any(cost is not None for cost in befores) else None,
        "rulesets": sorted({period["ruleset_id"] for period in periods}),
    }  # fmt: skip


def _package(reading, account: dict, periods: list[dict]) -> dict | None:
    """The package of the period, and those of its list, with the smallest that would do."""
    usage = reading.row(
        "select * from marts.fct_package_usage where account_id = $account and period_start_at = $start",
        account=account["account_id"], start=periods[0]["period_start_at"],
    ) if periods else None  # fmt: skip
    if not usage:
        return None
    if usage["plan"]:
        ends = periods[0]["period_end_at"]
        on = min(ends or reading.as_of, reading.as_of).date()
        usage["list"] = packages(reading, account["product"], usage["plan"], usage["duration"], account["currency"], on)
    else:
        usage["list"] = []
    return usage


def _coming(reading, account: dict, location: str | None, cards: Cards, today: date) -> dict | None:
    """The open period by its end."""
    rows = reading.rows(
        """
        select periods.*, forecasts.forecast
        from place_periods as periods
        left join forecasts using (account_id, location_id, period_start_at)
        where account_id = $account and periods.recency = 1 and periods.period_status = 'open'
            and ($location is null or location_id = $location)
        """,
        account=account["account_id"], location=location,
    )  # fmt: skip
    if not rows:
        return None
    known = [row for row in rows if row["forecast"] is not None]
    # A place without a forecast has its users so far: the others alone may be fewer than have been counted.
    expected = [row["active_users"] if row["forecast"] is None else row["forecast"] for row in rows] if known else []
    costs = [period_amount(row, cards, today, users) for row, users in zip(rows, expected, strict=False)]
    so_far = [period_amount(row, cards, today) for row in rows]
    return {
        "users": sum(row["active_users"] for row in rows), "places": len(rows), "known": len(known),
        "start": max(row["period_start_on"] for row in rows),
        "forecast": sum(expected) if known else None,
        "cost": sum(cost for cost in costs if cost is not None) if any(cost is not None for cost in costs) else None,
        "so_far": sum(cost for cost in so_far if cost is not None) if any(cost is not None for cost in so_far) else None,
        "ends_at": rows[0]["period_end_at"] if len(rows) == 1 else None,
    }  # fmt: skip


def _work(reading, account: dict, location: str | None, periods: list[dict]) -> dict:
    """What is to be done about the periods shown, and about no period; and how much there is about others."""
    rows = reading.rows(
        "select * from work where account_id = $account and ($location is null or location_id in ($location, account_id)) "
        "order by position",
        account=account["account_id"], location=location,
    )  # fmt: skip
    shown = {None, *(period["period_start_on"] for period in periods)}
    here = [row for row in rows if row["period_start_on"] in shown]
    return {"work": here, "work_elsewhere": [row for row in rows if row not in here]}


def _history(everything: list[dict]) -> list[dict]:
    """Every period of every place, the newest first."""
    return sorted(everything, key=lambda period: (period["period_start_at"], period["location_id"]), reverse=True)


def _by_month(reading, account: dict, everything: list[dict]) -> list[dict]:
    """Users of the periods that began in each month, over all places; the last 24."""
    limits = {row["period_start_on"]: row["client_limit"] for row in reading.rows(
        "select period_start_on, client_limit from marts.fct_package_usage where account_id = $account",
        account=account["account_id"],
    )}  # fmt: skip
    months: dict[date, dict] = {}
    for period in everything:
        on = period["period_start_on"].replace(day=1)
        row = months.setdefault(on, {"label": spelled.month(on), "users": 0, "so_far": False, "limit": None})
        row["users"] += period["active_users"]
        row["so_far"] |= period["period_status"] != "closed"
        row["limit"] = limits.get(period["period_start_on"], row["limit"])
    return [months[on] for on in sorted(months)][-24:]


def _to_date(reading, account: dict, periods: list[dict]) -> list[dict]:
    rows = []
    for series, key in (("this period", "period_start_at"), ("period before", "previous_start_at")):
        rows += _steps(reading, account, [(p["location_id"], p[key]) for p in periods if p[key]], series)
    if len(periods) == 1 and rows:
        period = periods[0]
        last = max(row["day"] for row in rows)
        limits = reading.rows(
            _LIMITS, account=account["account_id"], timezone=period["timezone"], start=period["period_start_on"],
            until=period["period_start_on"] + timedelta(days=last),
        )  # fmt: skip
        rows += [{"series": "limit", **row} for row in limits]
    return rows


def _steps(reading, account: dict, periods: list[tuple], series: str) -> list[dict]:
    """Users by the day of the period, over all places; a place whose period is shorter keeps its last number."""
    if not periods:
        return []
    found = reading.rows(
        _DAYS, account=account["account_id"], places=[place for place, _ in periods], starts=[start for _, start in periods]
    )
    by_place: dict[str, dict[int, int]] = {}
    for row in found:
        number = (row["active_on"] - row["period_start_on"]).days + 1
        by_place.setdefault(row["location_id"], {})[number] = row["active_users_to_date"]
    rows, last = [], max((max(days) for days in by_place.values()), default=0)
    reached = dict.fromkeys(by_place, 0)
    for number in range(1, last + 1):
        for place, days in by_place.items():
            reached[place] = days.get(number, reached[place])
        rows.append({"series": series, "day": number, "users": sum(reached.values())})
    return rows


def _live(reading, account: dict, location: str | None) -> list[dict]:
    return reading.rows(
        """
        select reason, count(*) filter (where counted_invoiced) as invoiced, count(*) filter (where counted_live) as live
        from marts.fct_live_vs_invoiced
        where account_id = $account and ($location is null or location_id = $location)
        group by reason order by invoiced + live desc, reason
        """,
        account=account["account_id"], location=location,
    )  # fmt: skip


def _sections(reading, account: dict, periods: list[dict], rows: int | None, names: tuple[str, ...]) -> list:
    """The lists of the account that have rows, each with its first ones, or all; thresholds are those of the periods shown."""
    found = []
    for name in names:
        if name == "held" and not reading.has("exports", "exported_held_lines"):
            continue
        if rows is None:
            page = whole(reading, LISTINGS[name], account["account_id"])
        else:
            page = ask(reading, LISTINGS[name], Asked(given={"account": account["account_id"]}), rows, with_choices=False)
        if name == "thresholds" and rows is not None:
            page = _of_periods(reading, page, periods)
        if page.total:
            found.append(page)
    return found


def _of_periods(reading, page, periods: list[dict]):
    """The rows of the list that are about these periods."""
    everything = ask(reading, page.listing, page.asked, max(1, page.total), with_choices=False)
    shown = {(period["location_id"], period["period_start_at"]) for period in periods}
    rows = [row for row in everything.rows if (row["location_id"], row["period_start_at"]) in shown]
    return replace(page, rows=rows, total=len(rows))
