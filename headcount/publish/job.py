"""The order of the steps of publishing: everything in one transaction, so readers see the old night or the new one."""

import duckdb

from headcount.errors import UsageError
from headcount.publish import changes
from headcount.publish.memory import Memory
from headcount.publish.parts import ALL, digests
from headcount.publish.server import transaction
from headcount.publish.shape import Relation, relations
from headcount.publish.tables import Tables
from headcount.results import note
from headcount.spelling import instant
from headcount.warehouse import first_line, open_warehouse


def publish(warehouse, url: str, schema: str, is_private: bool = False, without_names: bool = False) -> int:
    """Publish the marts of a warehouse into a schema of a PostgreSQL database, and say what was written.

    `is_private`: the URL is seen by nobody else, and may hold a password. Raises UsageError, with nothing published, for
    whatever stands against it.
    """
    with open_warehouse(warehouse) as connection:
        try:
            found = relations(connection, without_names)
            with transaction(url, schema, is_private) as cursor:
                text = _publish(connection, found, cursor, schema)
        except duckdb.Error as error:
            raise UsageError(f"warehouse {warehouse}: cannot be read ({first_line(error)}); nothing was published") from error
    print(text)
    return 0


def _publish(connection, found: list[Relation], cursor, schema: str) -> str:
    as_of, ruleset = connection.execute("select max(as_of_at), max_by(ruleset_override, as_of_at) from marts.runs").fetchone()
    if as_of is None:
        raise UsageError("the warehouse holds no run; build it with 'headcount nightly'")
    names = [relation.name for relation in found]
    memory = Memory(cursor, schema)
    memory.forbid(as_of, ruleset, names)
    tables = Tables(cursor, schema)
    stored, views = [one for one in found if not one.view], [one for one in found if one.view]
    now = {one.name: digests(connection, one) for one in stored} | {one.name: {ALL: one.view} for one in views}
    is_reshaped = bool(memory.former(names)) or any(map(tables.is_other, stored))
    made_anew = [view for view in views if is_reshaped or memory.parts(view.name) != now[view.name]]
    for view in made_anew:
        tables.drop_view(view)
    memory.remove(memory.former(names))
    written = removed = 0
    for relation in stored:
        written_here, removed_here = _bring(connection, relation, now[relation.name], memory, tables, cursor)
        written, removed = written + written_here, removed + removed_here
    for view in made_anew:
        tables.make_view(view)
    for relation in found:
        tables.describe(relation)
    note(as_of=instant(as_of), schema=schema, rows_written=written, rows_removed=removed)
    if memory.remember(now, as_of, ruleset, written, removed):
        return f"published as of {instant(as_of)} into schema {schema}: {written:,} rows written, {removed:,} removed"
    return f"schema {schema} holds the night as of {instant(as_of)} already: nothing written"


def _bring(connection, relation, now, memory, tables, cursor) -> tuple[int, int]:
    """Bring one table to what the warehouse holds. Returns rows written and removed."""
    name = tables.name(relation)
    if tables.is_other(relation):
        tables.shape(relation)
        written = changes.fill(connection, relation, cursor, name)
        tables.key(relation)
        return written, 0
    before = memory.parts(relation.name)
    other = [part for part in now.keys() | before.keys() if now.get(part) != before.get(part)]
    return changes.replace(connection, relation, sorted(other), cursor, name) if other else (0, 0)
