"""What becomes of a change: which check sees it first, from the cheapest to the dearest."""

from __future__ import annotations

import re
import tempfile
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from headcount.errors import HeadcountError
from headcount.rulesets import forbid_unknown_corrections
from headcount.sample import SAMPLE_AS_OF, sample_book
from headcount.seeds import forbid_unreadable
from headcount.thresholds import forbid_bad_thresholds
from tests.fuzz import spelled
from tests.mutate.cells import Cell
from tests.mutate.in_a_copy import failing_test
from tests.mutate.macro_tests import failing_macro_test, use
from tests.mutate.project import opened
from tests.mutate.texts import Mutant
from tests.mutate.zones import PATIENCE, Zone, zones
from tests.support.shipped_rules import unlike_shipped
from tests.support.warehouse import DATABASE, Compiled, build, seed_select


@dataclass
class Verdict:
    """`by` is the check that saw the change; without one it has survived. `differs` names models whose rows it changed, seen
    by nobody."""

    key: str
    file: str
    line: int
    kind: str
    change: str
    by: str | None
    differs: list[str]
    seconds: float

    as_row = asdict


class Bench:
    """Everything that a change is tried on, made once for a process (about a minute)."""

    def __init__(self, folder: Path, has_nights: bool = False):
        self.folder, self.has_nights = folder, has_nights
        file = folder / f"{DATABASE}.duckdb"
        # dbt asks a warehouse for the types of columns, so one has to be there before the project can be compiled.
        self.project = opened(file, folder / "target")
        self._connected = self.project.connected()
        self._connected.__enter__()
        self._fill(file)
        self.models = {key: self.project.sql(key) for key in self.project.models}
        nodes = self.project.manifest.nodes
        self.tests = {key: (self.project.sql(key), nodes[key].depends_on.nodes) for key in self.project.tests}
        with self.project.going_on():
            self.later = {key: self.project.sql(key) for key in self.project.models}
        self.zones = zones(self.compiled, folder)
        use(self.project)
        assert failing_macro_test() is None, failing_macro_test()
        failing = [f"{zone.name}: {seen}" for zone in self.zones if (seen := zone.seen_by_tests(zone.before, self.tests))]
        assert not failing, failing
        self.unit_sql = {key: self.project.unit_sql(key) for key in self.project.manifest.unit_tests}
        self.unit_rows = {key: self._unit_rows(sql) for key, sql in self.unit_sql.items()}

    def _fill(self, file: Path) -> None:
        """The relations of the project as dbt's connection sees them: empty ones do."""
        nodes = {key: node.to_dict() for key, node in self.project.manifest.nodes.items()}
        for key in self.project.models:
            nodes[key]["compiled_code"] = self.project.sql(key)
        self.compiled = Compiled({"nodes": nodes})
        landing = self.folder / "nothing"
        landing.mkdir()
        with build(self.compiled, landing, spelled(SAMPLE_AS_OF)) as made:
            columns = made.execute(
                "select schema_name, table_name, string_agg(column_name || ' ' || data_type, ', ' order by column_index) "
                f"from duckdb_columns() where database_name = '{DATABASE}' and schema_name not in ('landing', 'ledger') "
                "group by all"
            ).fetchall()
        from dbt.adapters.factory import get_adapter

        adapter = get_adapter(self.project.config)
        for schema, table, defined in columns:
            adapter.execute(f'create schema if not exists "{schema}"')
            adapter.execute(f'create or replace table "{schema}"."{table}" ({defined})')

    # -- a change ------------------------------------------------------------------------------

    def verdict(self, change: Mutant | Cell) -> Verdict:
        begun = time.monotonic()
        try:
            by, differs = self._of_cell(change) if isinstance(change, Cell) else self._of_text(change)
        except duckdb.InterruptException:
            by, differs = "takes too long", []
        seconds = round(time.monotonic() - begun, 2)
        return Verdict(change.key, change.path, change.line, change.kind, change.change, by, differs, seconds)

    def _of_text(self, change: Mutant) -> tuple[str | None, list[str]]:
        try:
            blocks = self.project.texts_of(change.path, change.text())
        except Exception as error:
            return f"dbt cannot compile it: no Jinja ({type(error).__name__})", []
        with self.project.with_texts(blocks) as reached:
            try:
                models = {key: self.project.sql(key) for key in reached if key in self.models}
                tests = {key: self.project.sql(key) for key in reached if key in self.tests}
                with self.project.going_on():
                    later = {key: self.project.sql(key) for key in reached if key in self.later}
            except Exception as error:
                return f"dbt cannot compile it: {str(error).strip().splitlines()[-1].strip()[:80]}", []
            differs: list[str] = []
            by = self._by_unit_tests([test for key in models for test in self.project.unit_tests_of(key)])
            by = by or self._by_rest(change, models, tests, later, differs)
            return by, [] if by else differs

    def _by_rest(self, change, models, tests, later, differs) -> str | None:
        """Data tests, zones, and the tests of macros; `differs` takes the models whose rows are other ones, seen by nobody."""
        changed = {key: sql for key, sql in models.items() if sql != self.models[key]}
        all_tests = self.tests | {key: (sql, self.tests[key][1]) for key, sql in tests.items()}
        for key, sql in tests.items():
            if sql != self.tests[key][0] and (by := self._in(self.zones[0], self.zones[0].failing, key, sql)):
                return by
        for zone in self.zones if changed else []:
            by, others = self._in(zone, zone.tried, changed, all_tests)
            if by:
                return by
            differs += [name for name in others if name not in differs]
        if change.macro and (by := failing_macro_test()):
            return by
        if not changed:
            is_later = any(sql != self.later[key] for key, sql in later.items())
            if self.has_nights and (by := failing_test(change)):
                return by
            differs += ["only nights that go on"] if is_later else ["no SQL of a whole build"]
        return None

    def _of_cell(self, change: Cell) -> tuple[str | None, list[str]]:
        name = Path(change.path).stem
        with tempfile.TemporaryDirectory() as folder:
            seeds = change.write(Path(folder) / "seeds")
            if by := self._by_commands(seeds):
                return by, []
            zone = self.zones[0]
            usual, zone.seeds = zone.seeds, seeds
            key = next(node["unique_id"] for node in zone.compiled.nodes if node["name"] == name)
            try:
                by = self._in(zone, self._seed_fails, zone, key)
            finally:
                zone.seeds = usual
            return by or self._by_shipped_rules(seeds) or self._by_scenarios(seeds), []

    def _seed_fails(self, zone: Zone, key: str) -> str | None:
        """Data tests about the seed; the oracle reads the same seed, so it has nothing to say."""
        node = next(node for node in zone.compiled.nodes if node["unique_id"] == key)
        zone.connection.begin()
        try:
            seed = f"{node['schema']}.{node['alias']}"
            zone.connection.execute(f"create or replace table {seed} as {seed_select(node, zone.seeds)}")
            return zone.seen_by_tests([key], self.tests) or self._by_policy_tests(seed)
        except duckdb.Error as error:
            return f"the seed cannot be loaded: {str(error).splitlines()[0][:80]}"
        finally:
            zone.connection.rollback()

    @staticmethod
    def _by_commands(seeds: Path) -> str | None:
        """What the command says of the seed before a night."""
        for check in (forbid_unreadable, forbid_bad_thresholds, forbid_unknown_corrections):
            try:
                check(seeds)
            except HeadcountError as error:
                return f"headcount nightly: {str(error)[:80]}"
        return None

    @staticmethod
    def _by_shipped_rules(seeds: Path) -> str | None:
        try:
            found = unlike_shipped(seeds)
        except (AssertionError, ValueError) as error:
            found = [str(error)]
        return f"test_shipped_rules: {found[0][:80]}" if found else None

    def _by_scenarios(self, seeds: Path) -> str | None:
        """The scenarios' expectations, as test_sample holds the oracle to them."""
        from tests.oracle.marts import evaluate
        from tests.python import test_sample as tests

        landing = self.zones[0].landing
        try:
            marts = evaluate(landing, SAMPLE_AS_OF, seeds)
        except Exception as error:
            return f"test_sample: {type(error).__name__}"
        expectations = sample_book(accounts=0, days=1, seed=1).expectations
        for test, arguments in (
            (tests.test_customers_count_as_the_scenarios_say, (marts, expectations)),
            (tests.test_closed_periods_are_corrected_as_the_scenarios_say_and_nowhere_else, (marts, expectations)),
            (tests.test_rows_are_rejected_as_the_scenarios_say_and_no_others, (marts, expectations)),
            (tests.test_subscriptions_are_charged_as_the_scenarios_say, (marts, expectations)),
            (tests.test_periods_of_every_status_are_there, (marts,)),
            (tests.test_every_shipped_ruleset_judges_some_period, (marts,)),
            (tests.test_what_cannot_be_billed_is_what_the_scenarios_leave_without_a_price, (marts,)),
        ):
            try:
                test(*arguments)
            except (AssertionError, KeyError):
                return f"test_sample: {test.__name__}"
        return None

    # -- checks --------------------------------------------------------------------------------

    def _by_policy_tests(self, seed: str) -> str | None:
        """Unit tests that read the rows of a seed by its name."""
        for key, sql in self.unit_sql.items():
            if re.search(rf"\b{seed}\b", sql) and self._unit_rows(sql) != self.unit_rows[key]:
                return f"unit test {key.split('.')[-1]}"
        return None

    def _by_unit_tests(self, keys: list[str]) -> str | None:
        for key in keys:
            name = key.split(".")[-1]
            try:
                sql = self.project.unit_sql(key)
                if sql != self.unit_sql[key] and self._in(self.zones[0], self._unit_rows, sql) != self.unit_rows[key]:
                    return f"unit test {name}"
            except duckdb.InterruptException:
                return f"unit test {name} takes too long"
            except Exception as error:
                return f"unit test {name} cannot run: {str(error).strip().splitlines()[0][:60]}"
        return None

    def _unit_rows(self, sql: str) -> Counter:
        return Counter(map(str, self.zones[0].connection.execute(sql).fetchall()))

    @staticmethod
    def _in(zone: Zone, work, *arguments):
        """Work on a zone's connection, which is stopped when it takes too long."""
        stop = threading.Timer(PATIENCE, zone.connection.interrupt)
        stop.start()
        try:
            return work(*arguments)
        finally:
            stop.cancel()


# -- a process of its own ----------------------------------------------------------------------

_BENCHES: list[Bench] = []


def open_bench(folder: str, has_nights: bool) -> None:
    """What a process that tries changes begins with."""
    _BENCHES.append(Bench(Path(tempfile.mkdtemp(dir=folder)), has_nights))


def tried(change: Mutant | Cell) -> dict:
    """The verdict on a change, as it is kept."""
    return _BENCHES[0].verdict(change).as_row()
