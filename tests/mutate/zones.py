"""Landing zones that `make test` holds the models to, each built once; a changed model is tried within a transaction.

Of each zone the oracle has said what every mart must be, and the reference was held against it: so a mart with other rows is
one that the oracle's comparison stops. Only columns that the oracle speaks of count, and marts that it knows.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import duckdb

from headcount.sample import SAMPLE_AS_OF, write_sample
from tests.fuzz import spelled
from tests.oracle import marts as oracle
from tests.oracle.random_landing import write_random_landing
from tests.oracle.small_landing import SEEDS
from tests.support import differences
from tests.support.corrected import RULESETS, correct
from tests.support.finance import seeds_with_it
from tests.support.holds import seeds_with_holds
from tests.support.warehouse import Compiled, build

# What a statement may take; the slowest of the reference takes half a second.
PATIENCE = 20
# Random zones like those that test_oracle_agrees draws: seed, format, accounts, with finance, which of its instants.
RANDOM = ((101, "ndjson", 6, True, -1), (103, "csv", 8, False, -1), (101, "ndjson", 6, True, 1), (105, "csv.gz", 8, False, 1))


class Zone:
    """A warehouse in memory of the zone at an instant, with what the reference has in each relation."""

    def __init__(self, name: str, compiled: Compiled, landing: Path, as_of: datetime, seeds: Path):
        self.name, self.compiled, self.landing, self.as_of, self.seeds = name, compiled, landing, as_of, seeds
        self.connection = build(compiled, landing, spelled(as_of), seeds=seeds)
        self.parents = {node["unique_id"]: set(node["depends_on"].get("nodes", [])) for node in compiled.nodes}
        self.before = {node["unique_id"]: self._print_of(_relation(node)) for node in compiled.nodes}
        expected = oracle.evaluate(landing, as_of, seeds)
        found = differences.differences(self.connection, expected)
        assert not found, f"{name}: the oracle differs before anything is changed: {found[0]}"
        self.columns = {mart: differences._columns(self.connection, mart, rows) for mart, rows in expected.items()}
        self.marts = {mart: self._rows(mart) for mart in self.columns}

    def tried(self, changed: dict[str, str], tests: dict[str, str]) -> tuple[str | None, list[str]]:
        """Build what changed and what is made of it. Gives the check that sees it, and the marts whose rows differ."""
        self.connection.begin()
        try:
            return self._tried(changed, tests)
        finally:
            self.connection.rollback()

    def _tried(self, changed: dict[str, str], tests: dict[str, str]) -> tuple[str | None, list[str]]:
        other = []
        for node in self.compiled.nodes:
            key = node["unique_id"]
            if key not in changed and not self.parents[key] & set(other):
                continue
            how = "view" if node["config"]["materialized"] == "view" else "table"
            sql = changed.get(key) or node["compiled_code"]
            try:
                self.connection.execute(f"create or replace {how} {_relation(node)} as {sql}")
                is_other = self._print_of(_relation(node)) != self.before[key]
            except duckdb.Error as error:
                return f"{node['name']} cannot be built: {str(error).splitlines()[0][:90]}", []
            if is_other:
                other.append(key)
                if seen := self._seen_by_oracle(node["name"]):
                    return seen, []
        return self.seen_by_tests(other, tests), [key.split(".")[-1] for key in other]

    def _seen_by_oracle(self, mart: str) -> str | None:
        names = [mart, "fct_held_lines"] if mart == "fct_billing_lines" else [mart]
        for name in names:
            if name in self.marts and self._rows(name) != self.marts[name]:
                return f"oracle: {name} in {self.name}"
        return None

    def seen_by_tests(self, other: Iterable[str], tests: dict[str, str]) -> str | None:
        """Data tests about what has other rows, and those that say something else themselves."""
        for key, (sql, parents) in tests.items():
            if set(parents) & set(other):
                if seen := self.failing(key, sql):
                    return seen
        return None

    def failing(self, key: str, sql: str) -> str | None:
        try:
            return f"data test {key.split('.')[2]}" if self.connection.execute(sql).fetchone() else None
        except duckdb.Error as error:
            return f"data test {key.split('.')[2]} cannot run: {str(error).splitlines()[0][:60]}"

    def _rows(self, mart: str) -> Counter:
        columns = self.columns[mart]
        if not columns:
            return Counter()
        found = self.connection.execute(f"select {', '.join(columns)} from {differences._read_from(mart)}").fetchall()
        return Counter(tuple(map(differences._value, row)) for row in found)

    def _print_of(self, relation: str) -> tuple:
        return self.connection.execute(
            f"select count(*), sum(cast(hash(rows_of) as hugeint)) from {relation} as rows_of"
        ).fetchone()


def _relation(node: dict) -> str:
    return f"{node['schema']}.{node['alias']}"


def zones(compiled: Compiled, folder: Path) -> list[Zone]:
    """The scenarios as shipped and with holds and corrections that become money, and random zones."""
    write_sample(folder / "landing", accounts=0, days=1)
    switched_on = seeds_with_holds(folder / "switched-on")
    correct(switched_on / RULESETS, {"*": ("both", "")})
    found = [
        Zone("the scenarios", compiled, folder / "landing", SAMPLE_AS_OF, SEEDS),
        Zone("the scenarios with finance", compiled, folder / "landing", SAMPLE_AS_OF, switched_on),
    ]
    for seed, file_format, size, has_finance, number in RANDOM:
        landing = folder / f"random-{seed}"
        instants = _random(landing, seed, file_format, size, has_finance)
        seeds = SEEDS
        if has_finance:
            seeds = folder / f"seeds-{seed}"
            if not seeds.exists():
                seeds_with_it(seeds, random.Random(seed))
        found.append(Zone(f"random zone {seed} at {spelled(instants[number])}", compiled, landing, instants[number], seeds))
    return found


def _random(landing: Path, seed: int, file_format: str, size: int, has_finance: bool) -> list[datetime]:
    place = landing.with_name(f"{landing.name}-again") if landing.exists() else landing
    return write_random_landing(place, random.Random(seed), file_format, size, has_finance)
