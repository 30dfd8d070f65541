"""The bridge between two periods: why it is more or fewer than before."""

_MOVED = """
    select periods.location_id, movements.movement, coalesce(now.sources, before.sources) as sources, count(*) as users,
        before.sources as sources_before
    from (select unnest($places) as location_id, unnest($starts) as period_start_at, unnest($befores) as before_at) as periods
    inner join (select * from marts.fct_active_user_movements where account_id = $account) as movements
        on periods.location_id = movements.location_id and periods.period_start_at = movements.period_start_at
    left join (select * from marts.fct_active_users where account_id = $account) as now
        on movements.location_id = now.location_id
            and movements.period_start_at = now.period_start_at and movements.customer_id = now.customer_id
    left join (select * from marts.fct_active_users where account_id = $account) as before
        on movements.location_id = before.location_id
            and periods.before_at = before.period_start_at and movements.customer_id = before.customer_id
    group by all
"""


def bridge(reading, account: dict, periods: list[dict]) -> dict | None:
    """From the period before to this one: who is new, came back, stayed and was lost, by place and by source.

    A source is all the sources of a user together, so that everybody stands in one row. Who stayed with another source has
    moved from one row to another.
    """
    periods = [period for period in periods if period["previous_start_at"]]
    if not periods:
        return None
    rows = reading.rows(
        _MOVED, account=account["account_id"], places=[period["location_id"] for period in periods],
        starts=[period["period_start_at"] for period in periods],
        befores=[period["previous_start_at"] for period in periods],
    )  # fmt: skip
    by_place = {period["location_id"]: _row(period["location_name"], period) for period in periods}
    by_source: dict[str, dict] = {}
    for row in rows:
        users, moved = row["users"], row["movement"]
        by_place[row["location_id"]][moved] += users
        by_source.setdefault(row["sources"], _row(row["sources"]))[moved] += users
        if moved in ("kept", "lost"):
            by_source.setdefault(row["sources_before"], _row(row["sources_before"]))["before"] += users
            by_place[row["location_id"]]["before"] += users
    for row in (*by_place.values(), *by_source.values()):
        row["now"] = row["new"] + row["returning"] + row["kept"]
        row["moved"] = row["now"] - row["before"] - row["new"] - row["returning"] + row["lost"]
    total = _row("all")
    for name in ("before", "new", "returning", "kept", "lost", "now"):
        total[name] = sum(row[name] for row in by_place.values())
    return {
        "total": total, "places": list(by_place.values()),
        "sources": sorted(by_source.values(), key=lambda row: (-max(row["now"], row["before"]), row["name"] or "")),
    }  # fmt: skip


def _row(name: str, period: dict | None = None) -> dict:
    return {"name": name, "period": period, **dict.fromkeys(("before", "new", "returning", "kept", "lost", "now", "moved"), 0)}
