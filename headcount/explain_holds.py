"""That a billing line is held, by which hold and why, in words."""


def holds_of(connection, line_ids: list[str]) -> dict[str, list[str]]:
    """What holds each of the lines, or held it until it was approved, by its id."""
    rows = connection.execute(
        "select billing_line_id, hold_id, detail from marts.fct_held_lines "
        "where billing_line_id in (select unnest($lines)) order by billing_line_id, hold_id",
        {"lines": line_ids},
    ).fetchall()
    said: dict[str, list[str]] = {}
    for line, hold, detail in rows:
        said.setdefault(line, []).append(f"      held until somebody approves it, by {hold}: {detail}")
    return said
