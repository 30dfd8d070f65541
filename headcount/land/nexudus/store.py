"""What has been read of the API, kept beside the landing zone in `LANDING/.nexudus`, which readers of a zone pass over.

A page and how far the reading has come are written in one transaction, so a reading that was ended at any instant goes on
where it was. Taken away, the store is read again as a whole.
"""

import json
from pathlib import Path

import pyarrow as pa

from headcount.land.nexudus.entities import Entity, entities
from headcount.sql import quoted
from headcount.warehouse import attached

FOLDER, FILE = ".nexudus", "read.duckdb"
_OWN = """
    create table if not exists readings (
        entity varchar primary key, read_until timestamp, whole_at timestamp, state varchar
    );
    create table if not exists memberships (
        membership_id varchar primary key, team_id varchar, customer_id varchar, joined_at timestamp, left_at timestamp
    );
    create table if not exists members_read (team_id varchar primary key, updated_on varchar, read_at timestamp);
    create table if not exists voids (invoice_id varchar primary key, voided_at varchar);
    create table if not exists cancellations (contract_id varchar primary key, cancelled_at varchar);
    create table if not exists statuses (
        status_change_id varchar primary key, customer_id varchar, status varchar, changed_at varchar, number integer
    );
"""


class Store:
    """The tables of what was read, one for each entity: its fields as text, `is_gone`, and the reading that last saw it.

    A context manager; `connection` is DuckDB's, with the store in use."""

    def __init__(self, landing: Path):
        self.file = landing / FOLDER / FILE

    def __enter__(self):
        self.file.parent.mkdir(mode=0o700, exist_ok=True)
        self.connection = attached(self.file, read_only=False)
        self.connection.execute(_OWN)
        for entity in entities().values():
            columns = ", ".join(f"{quoted(name)} varchar{' primary key' if name == 'Id' else ''}" for name in entity.columns)
            more = "is_gone boolean not null, seen_by varchar not null"
            self.connection.execute(f"create table if not exists {entity.name} ({columns}, {more})")
            self._add_columns(entity)
        return self

    def __exit__(self, *_):
        self.connection.close()

    def keep(self, entity: Entity, records: list[dict], reading: str) -> None:
        """Keep records as they are now. The values are text, as exact as they came; a collection is JSON."""
        if not records:
            return
        # A list that lost a record meanwhile may give another twice.
        latest = {record["Id"]: record for record in records}.values()
        given = {name: pa.array([_text(record.get(name)) for record in latest], pa.string()) for name in entity.columns}
        self.connection.register("given", pa.table(given))
        names = [*map(quoted, entity.columns), "is_gone", "seen_by"]
        kept = ", ".join(f"{name} = excluded.{name}" for name in names if name != quoted("Id"))
        self.connection.execute(
            f"insert into {entity.name} ({', '.join(names)}) select *, false, $1 from given "
            f"on conflict (Id) do update set {kept}",
            [reading],
        )
        self.connection.unregister("given")

    def gone(self, entity: Entity, ids: list[str]) -> None:
        """Keep that records are there no more."""
        self.connection.execute(f"update {entity.name} set is_gone = true where list_contains($1, Id)", [ids])

    def reading(self, entity: Entity) -> dict:
        """How far the reading of an entity has come: `read_until` and `whole_at` of what was read to its end, and `state` of
        what was not."""
        found = self.connection.execute(
            "select read_until, whole_at, state from readings where entity = $1", [entity.name]
        ).fetchone() or (None, None, None)
        return {"read_until": found[0], "whole_at": found[1], "state": json.loads(found[2]) if found[2] else None}

    def remember(self, entity: Entity, read_until=None, whole_at=None, state: dict | None = None) -> None:
        """Keep how far it has come."""
        self.connection.execute(
            "insert or replace into readings values ($1, $2, $3, $4)",
            [entity.name, read_until, whole_at, json.dumps(state) if state else None],
        )

    def _add_columns(self, entity: Entity) -> None:
        """What an older version did not keep has to be read: everything is."""
        there = {name for name, *_ in self.connection.execute(f"describe {entity.name}").fetchall()}
        missing = [name for name in entity.columns if name not in there]
        for name in missing:
            self.connection.execute(f"alter table {entity.name} add column {quoted(name)} varchar")
        if missing:
            self.connection.execute("delete from readings where entity = $1", [entity.name])


def _text(value) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, dict)):
        return json.dumps(value)
    return value
