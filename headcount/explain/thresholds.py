"""The thresholds that a period has reached, in words."""

_OF = {
    "share_of_limit": "of the limit of {base:,}",
    "growth": "of the {base:,} active users of the last closed period before",
}


def thresholds_of_period(connection, period: dict) -> list[str]:
    """One text line for each threshold that a period of an account and location has reached, in the order in which it did."""
    rows = connection.execute(
        """
        select measure, percent, base, active_users, crossed_at, crossed_on
        from marts.fct_threshold_crossings
        where account_id = $account
            and location_id = $location
            and period_start_at = $start_at
        order by crossed_at, percent, measure
        """,
        {"account": period["account_id"], "location": period["location_id"], "start_at": period["period_start_at"]},
    ).fetchall()
    return [
        f"    the place reached {percent} % {_OF[measure].format(base=base)} with {users:,} active users on {on} "
        f"({at:%Y-%m-%d %H:%M:%S} UTC; threshold {measure} {percent}, rule F4)"
        for measure, percent, base, users, at, on in rows
    ]
