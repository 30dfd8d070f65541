"""What may not leave: a line that has left and is now another, and one that an export which has left would hold too.

What leaves is in models/exports. That a line has changed cannot be said there: the columns to compare are those that
the ledger's file has, which another version wrote, and a model's columns are its contract.
"""

from headcount.errors import CheckFailed
from headcount.exports.ledger import columns_of

# A line that left later than this night may not be there yet.
_CHANGED = """
    select exports.export, {was}, {now}
    from ledger.lines as held
    inner join ledger.exports as exports on held.export = exports.export
    inner join ledger.exports as tonight on tonight.is_being_made
    left join marts.fct_billing_lines as now on held.billing_line_id = now.billing_line_id
    where (now.billing_line_id is null and exports.as_of_at <= tonight.as_of_at)
        or (now.billing_line_id is not null and ({differs}))
    order by exports.as_of_at, held.billing_line_id
    limit 1
"""


def forbid_changed_lines(connection) -> None:
    """Raises CheckFailed, with both values, when a line that has left now differs or is gone."""
    held = columns_of(connection, "ledger.lines")
    # The id comes first; a column that the ledger does not have yet cannot have changed.
    compared = [column for column in columns_of(connection, "marts.fct_billing_lines") if column in held]
    changed = connection.execute(
        _CHANGED.format(
            was=", ".join(f"held.{column}" for column in compared),
            now=", ".join(f"now.{column}" for column in compared),
            differs=" or ".join(f"held.{column} is distinct from now.{column}" for column in compared),
        )
    ).fetchone()
    if not changed:
        return
    export, was, now = changed[0], changed[1 : 1 + len(compared)], changed[1 + len(compared) :]
    line_id = was[compared.index("billing_line_id")]
    said = "it is gone"
    if now[compared.index("billing_line_id")] is not None:
        said = next(
            f"{column} was {before} and is now {after}"
            for column, before, after in zip(compared, was, now, strict=True)
            if before != after
        )
    raise CheckFailed(
        f"billing line {line_id} left in {export} and has changed since: {said}; "
        "nothing was written; undo the edit of the seeds or landing files that changed it"
    )


def forbid_late_lines(connection) -> None:
    """Raises CheckFailed when the export being made has left and would now hold one line more."""
    late = connection.execute("select export, billing_line_id from exports.exported_late_lines order by all limit 1").fetchone()
    if late:
        export, line_id = late
        raise CheckFailed(
            f"export {export} has left already and would now hold billing line {line_id} too; nothing was written; "
            "leave the new line to a later as-of"
        )
