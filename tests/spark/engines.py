"""What two engines have built, held against each other."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path

from headcount.exports import Leaving
from tests.checks.report import Outcome
from tests.support.contents import marts, rows_of, unlike

EXECUTORS = "local-cluster[2,1,1024]"
ALONE = "local[2]"
# What says how a warehouse was built, and not what is in it.
_OF_THE_ENGINE = {"runs": "* exclude (made_with, sealed_until_at)"}


def relations(connection) -> dict[str, Counter]:
    """The rows of every mart, views too, with those columns that say what was landed and not what built it."""
    found = {mart: rows_of(connection, mart, columns=_OF_THE_ENGINE.get(mart, "*")) for mart in marts(connection)}
    assert found, "there are no marts"
    return found


def rows_together(name: str, on_duckdb, on_spark) -> Outcome:
    """One check a mart: has each the rows of the other?"""
    one, other = relations(on_duckdb), relations(on_spark)
    outcome = Outcome()
    for mart in sorted(one.keys() | other.keys()):
        found = unlike({mart: one.get(mart, Counter())}, {mart: other.get(mart, Counter())})
        missing = [] if mart in one and mart in other else [f"{mart}: only one engine has it"]
        outcome += said(f"{name}: {mart}, {sum(one.get(mart, Counter()).values()):,} rows", missing + found)
    return outcome


def bytes_together(name: str, first: Path, second: Path) -> Outcome:
    """One check a file: is it there on both sides, with the same bytes?"""
    outcome = Outcome()
    paths = {path.relative_to(folder) for folder in (first, second) for path in folder.rglob("*") if path.is_file()}
    assert paths, f"{first} holds no file"
    for path in sorted(paths):
        pair = [folder / path for folder in (first, second)]
        alike = all(one.is_file() for one in pair) and pair[0].read_bytes() == pair[1].read_bytes()
        outcome += said(f"{name}: {path}", [] if alike else [f"{path}: other bytes on Spark"])
    return outcome


def leave(connection, exports: Path, as_of: datetime) -> None:
    """What the end of a night does with its warehouse."""
    with Leaving(exports, as_of) as leaving:
        leaving.gather(connection)
        leaving.write()
        leaving.publish()


def said(what: str, wrong: list[str]) -> Outcome:
    """One check, printed with what is wrong."""
    print(f"  {'FAILED' if wrong else 'passed'}: {what}", flush=True)
    for line in wrong[:10]:
        print(f"    {line}", flush=True)
    return Outcome(failed=1) if wrong else Outcome(passed=1)
