"""Which of an account's periods an explanation is about, and what there is in the others."""

from datetime import date

from headcount.words import name

# Of the other periods, the newest.
OTHERS = 12


def overlapping(connection, periods: list[dict], on: date) -> list[dict]:
    """Those that the local day overlaps; one that ends and one that begins on it both do."""
    days: dict[str, list[tuple]] = {}
    for zone, *bounds in connection.execute(
        "select timezone, starts_at, ends_at from marts.dim_local_days where local_on = $1", [on]
    ).fetchall():
        days.setdefault(zone, []).append(bounds)
    return [
        one
        for one in periods
        if any(
            one["period_start_at"] < ends_at and (one["period_end_at"] is None or one["period_end_at"] > starts_at)
            for starts_at, ends_at in days.get(one["timezone"], ())
        )
    ]


def people_ask_about(periods: list[dict], mine: dict[tuple, list[dict]], home: str | None) -> list[dict]:
    """The last period that has ended at each place, while none has the open one: where something of the customer is in
    it; else the newest with something of theirs; else that of their home, or of the first place."""
    newest: dict[str, dict] = {}
    for one in periods:
        if one["period_status"] != "open" or one["location_id"] not in newest:
            newest[one["location_id"]] = one
    with_something = [one for one in periods if _has_something(one, mine)]
    if found := [one for one in newest.values() if one in with_something]:
        return found
    if with_something:
        return [max(with_something, key=lambda one: one["period_start_at"])]
    return [newest[home]] if home in newest else list(newest.values())[:1]


def the_others(periods: list[dict], shown: list[dict], mine: dict[tuple, list[dict]]) -> list[str]:
    """A line for each other period in which there is something of the customer, the newest first, and how to see more."""
    others = [one for one in periods if one not in shown and _has_something(one, mine)]
    others.sort(key=lambda one: (one["period_start_at"], one["location_id"]), reverse=True)
    lines = [
        f"  {one['location_name']} from {one['period_start_on']} ({name('state', one['period_status'])}): "
        f"{_in_short(mine.get((one['location_id'], one['period_start_at']), []))}"
        for one in others[:OTHERS]
    ]
    if lines:
        lines.insert(0, "in other periods:")
    more = f"{len(others) - OTHERS:,} more with something of this customer; " if len(others) > OTHERS else ""
    lines.append(
        f"{more}--period DATE shows the periods of a day, with their bill; --all shows all {len(periods):,} of the account"
    )
    return lines


def _has_something(period: dict, mine: dict[tuple, list[dict]]) -> bool:
    return bool(period["correction"]) or (period["location_id"], period["period_start_at"]) in mine


def _in_short(mine: list[dict]) -> str:
    sources = [name("source", row["source"]) for row in mine if row["is_counted"]]
    if sources:
        return f"counts by {', '.join(dict.fromkeys(sources))}"
    reasons = dict.fromkeys(name("reason", row["reason"]) for row in mine)
    return "does not count" + (f" ({', '.join(reasons)})" if reasons else "")
