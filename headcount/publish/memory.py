"""What a schema remembers of what was published into it: `published_runs` and `published_parts`, in the schema itself, so that
a copy of the database, or one that was restored, knows what it holds."""

from datetime import datetime

from headcount import __version__
from headcount.errors import UsageError
from headcount.spelling import instant
from headcount.sql import quoted, text

# By its comment a schema is known as headcount's; the owner of a database may write the first word on an empty one.
MARK = "headcount"
_COMMENT = f"{MARK} publishes its marts here: everything in it is replaced when they change"
_TABLES = {
    "published_runs": (
        "as_of_at timestamp primary key, published_at timestamp not null, ruleset_override varchar, "
        "headcount_version varchar not null, rows_written bigint not null, rows_removed bigint not null",
        "One row for each night that was published; the greatest as_of_at is what the tables hold. Instants are UTC.",
    ),
    "published_parts": (
        "relation_name varchar not null, part varchar not null, digest varchar not null, primary key (relation_name, part)",
        "One row for each part of each table: the digest by which the next publishing finds what has changed.",
    ),
}


class Memory:
    """The memory of a schema, which is made where there is none. Raises UsageError for a schema that headcount did not make."""

    def __init__(self, cursor, schema: str):
        self._cursor, self._schema = cursor, schema
        self._prepare()
        self._parts: dict[str, dict[str, str]] = {}
        for relation, part, digest in cursor.execute(f"select * from {self._table('published_parts')}").fetchall():
            self._parts.setdefault(relation, {})[part] = digest
        self._last = cursor.execute(
            f"select as_of_at, ruleset_override from {self._table('published_runs')} order by as_of_at desc limit 1"
        ).fetchone()

    def parts(self, relation: str) -> dict[str, str]:
        """The digest of each part of a relation as it was published; empty when it was not."""
        return self._parts.get(relation, {})

    def forbid(self, as_of: datetime, ruleset: str | None, names: list[str]) -> None:
        """Raises UsageError for a night before the one published, for another ruleset, and for names that others have taken."""
        if self._last and as_of < self._last[0]:
            raise UsageError(
                f"the warehouse is as of {instant(as_of)}, before {instant(self._last[0])}, which schema {self._schema} holds; "
                "publish into another schema, or drop this one first"
            )
        if self._last and ruleset != self._last[1]:
            held = f"a run with --ruleset {self._last[1]}" if self._last[1] else "what was billed"
            raise UsageError(f"schema {self._schema} holds {held} and the warehouse does not; name another with --schema")
        taken = [name for name in self._standing() if name in names and name not in self._parts]
        if taken:
            raise UsageError(f"schema {self._schema}: {taken[0]} in it was not made by headcount; rename it, or name another")

    def former(self, names: list[str]) -> list[str]:
        """What was published by an earlier version and is none of these."""
        return sorted(name for name in self._parts if name not in names)

    def remove(self, former: list[str]) -> None:
        """Take away what is published no more."""
        standing = self._standing()
        for name in former:
            if name in standing:
                self._cursor.execute(f"drop {standing[name]} {self._table(name)}")
            self._cursor.execute(f"delete from {self._table('published_parts')} where relation_name = %s", [name])

    def remember(self, now: dict[str, dict[str, str]], as_of: datetime, ruleset, written: int, removed: int) -> bool:
        """Keep what was published. Returns False when it was there already."""
        if now == self._parts and self._last and self._last[0] == as_of and not written + removed:
            return False
        for relation, parts in now.items():
            before = self.parts(relation)
            gone = [part for part in before if part not in parts]
            other = [[relation, part, digest] for part, digest in parts.items() if before.get(part) != digest]
            if gone:
                self._cursor.execute(
                    f"delete from {self._table('published_parts')} where relation_name = %s and part = any(%s)", [relation, gone]
                )
            self._cursor.executemany(
                f"insert into {self._table('published_parts')} values (%s, %s, %s) "
                "on conflict (relation_name, part) do update set digest = excluded.digest",
                other,
            )
        self._cursor.execute(
            f"insert into {self._table('published_runs')} values (%s, now() at time zone 'utc', %s, %s, %s, %s) "
            "on conflict (as_of_at) do update set published_at = excluded.published_at, "
            "headcount_version = excluded.headcount_version, "
            "rows_written = excluded.rows_written, rows_removed = excluded.rows_removed",
            [as_of, ruleset, __version__, written, removed],
        )
        return True

    def _prepare(self) -> None:
        forbid_name(self._schema)
        found = self._cursor.execute(
            "select coalesce(obj_description(oid, 'pg_namespace'), '') from pg_namespace where nspname = %s", [self._schema]
        ).fetchone()
        if found and found[0].split(" ")[0] != MARK:
            raise UsageError(
                f"schema {self._schema} is there and was not made by headcount; name another with --schema, or, if it is empty "
                f"and meant for this, write so on it: comment on schema {quoted(self._schema)} is '{MARK}'"
            )
        if not found:
            self._cursor.execute(f"create schema {quoted(self._schema)}")
            self._cursor.execute(f"comment on schema {quoted(self._schema)} is {text(_COMMENT)}")
        standing = self._standing()
        for table, (columns, comment) in _TABLES.items():
            if table not in standing:
                self._cursor.execute(f"create table {self._table(table)} ({columns})")
                self._cursor.execute(f"comment on table {self._table(table)} is {text(comment)}")

    def _standing(self) -> dict[str, str]:
        """Tables and views in the schema, with the word by which each is dropped."""
        words = {"r": "table", "p": "table", "v": "view", "m": "materialized view", "S": "sequence", "f": "foreign table"}
        found = self._cursor.execute(
            "select relname, relkind from pg_class where relnamespace = %s::regnamespace", [quoted(self._schema)]
        ).fetchall()
        return {name: words[kind] for name, kind in found if kind in words}

    def _table(self, name: str) -> str:
        return f"{quoted(self._schema)}.{quoted(name)}"


def forbid_name(schema: str) -> None:
    """Raises UsageError for a name that no schema of ours can have."""
    if not schema.strip() or len(schema.encode()) > 63 or "\0" in schema:
        raise UsageError("--schema: a name has 1 to 63 bytes")
    if schema.startswith("pg_") or schema == "information_schema":
        raise UsageError(f"--schema: {schema} is PostgreSQL's own; name another")
