"""The mapping: for each landed table a query that gives the contract's columns, and how the table changes."""

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import yaml

from headcount.errors import UsageError
from headcount.landing import Table, landing_contract

SINCE = "{since}"
_KEYS = {"snapshot": {"kind", "query"}, "append": {"kind", "query", "since", "overlap"}}
_OVERLAP = re.compile(r"(\d{1,6}) *(second|minute|hour|day)s?")


@dataclass(frozen=True)
class Asked:
    """What is asked of a database for one landed table. Of rows that only ever come, `since` is the column by which the
    later ones are asked for, and `overlap` how far behind the latest that has landed; of a whole state it is none."""

    table: Table
    query: str
    since: str | None = None
    overlap: timedelta = timedelta(0)

    @property
    def key(self) -> str:
        return self.table.columns[0].name


def read_mapping(path: Path) -> list[Asked]:
    """What a mapping asks for, parents before children. Raises UsageError, one line, for one that cannot be followed."""
    entries = _entries(path)
    unknown = [str(name) for name in entries if name not in landing_contract()]
    if unknown:
        raise UsageError(f"mapping {path}: no landed table is called {unknown[0]}; there are {', '.join(landing_contract())}")
    return [_asked(path, table, entries[table.name]) for table in parents_first() if table.name in entries]


def parents_first() -> list[Table]:
    """The landed tables in the order of their writing: none before one that it refers to."""
    left, order = list(landing_contract().values()), []
    while left:
        names = {table.name for table in left}
        free = [table for table in left if not names & _parents(table)]
        order += free
        left = [table for table in left if table not in free]
    return order


def _parents(table: Table) -> set[str]:
    return {column.refers_to.split(".")[0] for column in table.columns if column.refers_to}


def _entries(path: Path) -> dict:
    try:
        found = yaml.safe_load(path.read_text("utf-8"))
    except FileNotFoundError:
        raise UsageError(f"mapping {path}: no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"mapping {path}: cannot be read ({getattr(error, 'strerror', None) or 'it is no UTF-8'})") from None
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f", line {where.line + 1}" if where else ""
        raise UsageError(f"mapping {path}{line}: is no YAML ({getattr(error, 'problem', None) or 'cannot be read'})") from None
    # The tables may stand under a heading of their own.
    found = found.get("tables", found) if isinstance(found, dict) else found
    if not isinstance(found, dict) or not found:
        raise UsageError(f"mapping {path}: names no table; write for each landed table its kind and its query")
    return found


def _asked(path: Path, table: Table, entry: object) -> Asked:
    def refused(why: str) -> UsageError:
        return UsageError(f"mapping {path}, table {table.name}: {why}")

    kind = entry.get("kind") if isinstance(entry, dict) else None
    if kind not in _KEYS:
        raise refused("its kind is not said; write kind: snapshot, or kind: append")
    unknown = [str(key) for key in entry if key not in _KEYS[kind]]
    if unknown:
        raise refused(f"{unknown[0]} means nothing to kind: {kind}; it takes {', '.join(sorted(_KEYS[kind]))}")
    query = entry.get("query")
    if not isinstance(query, str) or not query.strip(" \t\r\n;"):
        raise refused("has no query; write one that gives the columns of the contract")
    query = query.strip(" \t\r\n;")
    if kind == "snapshot":
        if SINCE in query:
            raise refused(f"kind: snapshot is the whole present state, and its query has {SINCE}; take it out")
        return Asked(table, query)
    since = entry.get("since")
    instants = [column.name for column in table.columns if column.data_type == "instant" and column.name != "_loaded_at"]
    if since not in instants:
        raise refused(f"kind: append needs since: and one of its instants, which are {', '.join(instants) or 'none'}")
    if SINCE not in query:
        raise refused(f"kind: append asks for rows from {SINCE} on, and its query does not; write where {since} >= {SINCE}")
    return Asked(table, query, since, _overlap(entry.get("overlap", "1 hour"), refused))


def _overlap(words: object, refused) -> timedelta:
    said = _OVERLAP.fullmatch(str(words).strip())
    if not said:
        raise refused(f"overlap {str(words)[:40]!r} is no time; write it like 90 seconds, 10 minutes, 1 hour or 2 days")
    return timedelta(**{said[2] + "s": int(said[1])})
