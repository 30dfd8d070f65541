"""Every billing line leaves exactly once, in whole exports of the same bytes (run.md, exports).

The exports are written in this process from warehouses of the sample that are built once. About 80 s of one core.
"""

import csv
import errno
import hashlib
import json
import os
import shutil
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from headcount import __version__
from headcount.errors import CheckFailed, HeadcountError, UsageError
from headcount.exports import Leaving, forbid_lost_exports, job
from headcount.exports import ledger as ledger_file
from headcount.exports.files import cell, write_csv
from headcount.exports.memory import remember, remembered_by
from headcount.exports.place import Lock
from headcount.project import SEEDS
from headcount.sample import SAMPLE_AS_OF, write_sample
from headcount.timezones import TZDATA_VERSION
from tests.fuzz import spelled
from tests.support.command import Place
from tests.support.exports import export, exported, exports_in_ledger, folders, ledger
from tests.support.warehouse import build

pytestmark = pytest.mark.xdist_group("exports")

NIGHTS = [SAMPLE_AS_OF - timedelta(days=days) for days in (60, 31, 0)]
DIGITS = {"JPY": 0, "EUR": 2, "GBP": 2, "USD": 2, "KWD": 3}
LEDGER = "billing/ledger.parquet"
LEDGERS = {LEDGER, "alerts/ledger.parquet"}
FILES = ["active_users.csv", "active_users.parquet", "billing_lines.csv", "billing_lines.parquet"]


@pytest.fixture(scope="module")
def landing(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample") / "landing"
    write_sample(folder, accounts=1, days=120)
    return folder


@pytest.fixture(scope="module")
def warehouses(compiled, landing, tmp_path_factory):
    """The warehouse file of each night."""
    folder = tmp_path_factory.mktemp("warehouses")
    return [made(compiled, landing, as_of, folder / f"{as_of:%Y%m%d}.duckdb") for as_of in NIGHTS]


def made(compiled, landing, as_of, file, **more) -> Path:
    build(compiled, landing, spelled(as_of), file=file, **more).close()
    return file


@pytest.fixture
def exports(tmp_path) -> Path:
    return tmp_path / "exports"


@pytest.fixture(scope="module")
def two_nights(warehouses, tmp_path_factory):
    """Exports with the first two nights in them. Copy them, do not use them."""
    folder = tmp_path_factory.mktemp("two-nights") / "exports"
    for warehouse, as_of in zip(warehouses[:2], NIGHTS):
        export(warehouse, folder, as_of)
    return folder


@pytest.fixture
def standing(two_nights, exports):
    """A copy of the exports of the first two nights."""
    return shutil.copytree(two_nights, exports)


@pytest.fixture
def without_ledger(standing):
    """The same as a version without a ledger left them."""
    (standing / LEDGER).unlink()
    return standing


def lines_of(warehouse) -> Counter:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return Counter(key for (key,) in connection.execute("select billing_line_id from marts.fct_billing_lines").fetchall())


def tree(folder) -> dict[str, str]:
    return Place(folder).tree()


def refused(kind, exports, warehouse, as_of) -> str:
    """The export is refused with one line, and not a byte in its folder is another. Returns the line."""
    before = tree(exports.parent)
    with pytest.raises(kind) as raised:
        export(warehouse, exports, as_of)
    assert type(raised.value) is kind
    assert tree(exports.parent) == before
    assert "\n" not in str(raised.value)
    return str(raised.value)


# -- each line once --------------------------------------------------------------------------


@pytest.mark.parametrize("nights", [(0, 1, 2), (0, 2), (2,), (0, 1, 1, 2, 2), (0, 1, 2, 1, 0), (2, 0, 1), (1, 0, 2)], ids=str)
def test_every_line_leaves_once_whatever_was_skipped_or_repeated(warehouses, exports, nights):
    """run.md: lines that no earlier complete export holds; a repeated run leaves the same bytes."""
    seen = {}
    for night in nights:
        result = export(warehouses[night], exports, NIGHTS[night])
        now = tree(exports)
        written = [path for path in seen if path not in LEDGERS]
        assert {path: seen[path] for path in written} == {path: now[path] for path in written}
        if result.folder.name in {Path(path).name for path in seen}:
            assert now == seen
        seen = now
        assert pq.read_table(result.folder / "billing_lines.parquet").num_rows == result.lines
    assert exported(exports) == lines_of(warehouses[2])
    assert Counter(ledger(exports).keys()) == exported(exports)
    assert exports_in_ledger(exports) == [folder.name for folder in folders(exports)]
    assert len(folders(exports)) == len(set(nights))
    assert not [path for path in seen if "unfinished" in path]


def test_the_nights_of_this_file_have_lines_of_every_kind(warehouses):
    counts = [lines_of(warehouse).total() for warehouse in warehouses]
    assert 0 < counts[0] < counts[1] < counts[2]
    with duckdb.connect(str(warehouses[2]), read_only=True) as connection:
        kinds = connection.execute("select distinct line_kind from marts.fct_billing_lines order by 1").fetchall()
        currencies = connection.execute("select count(distinct currency) from marts.fct_billing_lines").fetchone()
    assert kinds == [("active_users",), ("package_raise",), ("package_renewal",), ("package_start",)]
    assert currencies[0] >= 3


def test_nothing_new_is_an_export_of_zero_lines(warehouses, standing):
    moment = NIGHTS[1] + timedelta(microseconds=1)
    result = export(warehouses[1], standing, moment)
    assert (result.lines, result.totals) == (0, {})
    assert result.folder.name == f"as_of={NIGHTS[1]:%Y%m%dT%H%M%S}.000001Z"
    assert sorted(path.name for path in result.folder.iterdir()) == [*FILES, "manifest.json"]
    assert (result.folder / "billing_lines.csv").read_bytes().count(b"\r\n") == 1


def test_the_same_rows_give_the_same_bytes_elsewhere(compiled, landing, warehouses, tmp_path):
    """run.md, deterministic: with another number of threads, in another folder."""
    again = made(compiled, landing, NIGHTS[2], tmp_path / "again.duckdb", threads=2)
    export(again, tmp_path / "here", NIGHTS[2])
    export(warehouses[2], tmp_path / "there", NIGHTS[2])
    assert tree(tmp_path / "here") == tree(tmp_path / "there")


# -- a line that has left and differs --------------------------------------------------------


def test_a_seed_edited_after_the_fact_stops_the_export(compiled, landing, standing, tmp_path):
    """marts.md: an edit that changes what was exported stops the next export; exit 1 with both values."""
    seeds = shutil.copytree(SEEDS, tmp_path / "seeds")
    cards = seeds / "prices" / "example_rate_cards.csv"
    cards.write_text(cards.read_text().replace("EUR,2026-01-01,1,1,10,3.18,", "EUR,2026-01-01,1,1,10,3.19,"))
    edited = made(compiled, landing, NIGHTS[2], tmp_path / "edited.duckdb", seeds=seeds)
    line = refused(CheckFailed, standing, edited, NIGHTS[2])
    assert CheckFailed.exit_code == 1
    assert "unit_price was 3.180000 and is now 3.190000" in line


@pytest.mark.parametrize(("change", "said"), [
    ("update marts.fct_billing_lines set amount = amount + 1 where billing_line_id = '{}'", "amount was"),
    ("update marts.fct_billing_lines set period_end_at = null where billing_line_id = '{}'", "and is now None"),
    ("delete from marts.fct_billing_lines where billing_line_id = '{}'", "it is gone"),
])  # fmt: skip
@pytest.mark.parametrize("night", [1, 2])
def test_a_line_that_left_and_differs_stops_the_export(warehouses, standing, tmp_path, change, said, night):
    """The same night again, and the next one."""
    copy = shutil.copy(warehouses[night], tmp_path / "copy.duckdb")
    gone = min(exported(standing))
    with duckdb.connect(str(copy)) as connection:
        connection.execute(change.format(gone))
    line = refused(CheckFailed, standing, copy, NIGHTS[night])
    assert gone in line
    assert said in line


def test_an_export_edited_with_its_manifest_stops_the_next(warehouses, without_ledger):
    folder = folders(without_ledger)[0]
    lines = edit(folder / "billing_lines.parquet")
    sign(folder)
    line = refused(CheckFailed, without_ledger, warehouses[2], NIGHTS[2])
    assert f"amount was {lines[0]['amount']} and is now {lines[0]['amount'] - 7}" in line


@pytest.mark.parametrize("night", [1, 2])
def test_a_ledger_that_says_something_else_stops_the_export(warehouses, standing, night):
    lines = edit(standing / LEDGER)
    line = refused(CheckFailed, standing, warehouses[night], NIGHTS[night])
    assert f"amount was {lines[0]['amount']} and is now {lines[0]['amount'] - 7}" in line


def edit(path) -> list[dict]:
    """Add 7 to the amount of the first line in a file. Returns its lines now."""
    schema = pq.read_schema(path)
    lines = pq.read_table(path).to_pylist()
    lines[0]["amount"] += 7
    pq.write_table(pa.Table.from_pylist(lines, schema), path)
    return lines


def sign(folder, **more) -> None:
    """Write a manifest that fits the files."""
    manifest = json.loads((folder / "manifest.json").read_text()) | more
    for name, said in manifest["files"].items():
        said["sha256"] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


# -- an exports folder that is not what it should be -----------------------------------------


def cut_short(folder):
    path = folder / "billing_lines.parquet"
    path.write_bytes(path.read_bytes()[:-9])
    return "billing_lines.parquet is not what its manifest says"


def csv_edited(folder):
    path = folder / "billing_lines.csv"
    path.write_text(path.read_text().replace("active_users", "active_user"))
    return "billing_lines.csv is not what its manifest says"


def file_missing(folder):
    (folder / "active_users.parquet").unlink()
    return "cannot be read (FileNotFoundError"


def of_another_project(folder):
    sign(folder, project="billing-robot")
    return "was written by billing-robot, not by headcount"


def manifest_half_written(folder):
    path = folder / "manifest.json"
    path.write_text(path.read_text()[:100])
    return "cannot be read (JSONDecodeError"


def manifest_of_nothing(folder):
    (folder / "manifest.json").write_text("[]")
    return "cannot be read (TypeError"


def parquet_of_nothing(folder):
    (folder / "billing_lines.parquet").write_text("")
    sign(folder)
    return "cannot be read (InvalidInputException"


SPOILT = [cut_short, csv_edited, file_missing, of_another_project, manifest_half_written, manifest_of_nothing,
          parquet_of_nothing]  # fmt: skip


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda spoil: spoil.__name__)
@pytest.mark.parametrize("night", [1, 2])
def test_a_rotten_export_that_the_ledger_does_not_know_stops_the_next(warehouses, without_ledger, spoil, night):
    """Its lines may have been billed: nobody guesses. Exit 2 and one line that names the folder."""
    folder = folders(without_ledger)[1]
    said = spoil(folder)
    line = refused(UsageError, without_ledger, warehouses[night], NIGHTS[night])
    assert UsageError.exit_code == 2
    assert line.startswith(f"export {folder}: ")
    assert said in line


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda spoil: spoil.__name__)
def test_an_export_that_the_ledger_knows_is_not_read_again(warehouses, standing, spoil):
    """run.md: the ledger answers for it."""
    folder = folders(standing)[1]
    spoil(folder)
    before = tree(folder)
    export(warehouses[2], standing, NIGHTS[2])
    assert tree(folder) == before
    assert Counter(ledger(standing).keys()) == lines_of(warehouses[2])


def test_a_folder_without_a_manifest_is_no_export_and_is_not_overwritten(warehouses, without_ledger):
    """run.md: its lines leave with the next night; the night of its name is refused until it is moved away."""
    first, second = folders(without_ledger)
    lines = exported(without_ledger)
    (second / "manifest.json").unlink()
    assert "stands there without a manifest" in refused(UsageError, without_ledger, warehouses[1], NIGHTS[1])
    export(warehouses[2], without_ledger, NIGHTS[2])
    assert exported(without_ledger) == lines_of(warehouses[2])
    assert lines - exported(without_ledger) == Counter()
    assert first.exists()


def test_an_unfinished_export_is_none_and_does_not_stay(warehouses, without_ledger):
    """run.md, crash-safe: what a killed night leaves, whole or half, is written again."""
    second = folders(without_ledger)[1]
    second.rename(second.with_name(f".unfinished-{second.name}"))
    (without_ledger / "billing" / ".unfinished-ledger.parquet").write_text("half")
    export(warehouses[1], without_ledger, NIGHTS[1])
    assert not list((without_ledger / "billing").glob(".unfinished*"))
    assert exported(without_ledger) == lines_of(warehouses[1])


# -- the ledger ------------------------------------------------------------------------------


@pytest.mark.parametrize("night", [1, 2])
def test_a_version_without_a_ledger_is_taken_up(warehouses, two_nights, without_ledger, night):
    """The ledger is made from the folders, as if it had been there all along."""
    export(warehouses[night], without_ledger, NIGHTS[night])
    assert Counter(ledger(without_ledger).keys()) == exported(without_ledger) == lines_of(warehouses[night])
    if night == 1:
        assert tree(without_ledger) == tree(two_nights)


@pytest.mark.parametrize("night", [1, 2])
def test_a_night_killed_between_the_export_and_its_ledger_is_taken_up(warehouses, exports, night):
    export(warehouses[0], exports, NIGHTS[0])
    before = (exports / LEDGER).read_bytes()
    export(warehouses[1], exports, NIGHTS[1])
    after = (exports / LEDGER).read_bytes()
    (exports / LEDGER).write_bytes(before)
    export(warehouses[night], exports, NIGHTS[night])
    assert exported(exports) == Counter(ledger(exports).keys()) == lines_of(warehouses[night])
    assert night == 2 or (exports / LEDGER).read_bytes() == after


def test_the_ledger_holds_each_line_as_it_left(warehouses, standing):
    """run.md: id, amount and export; of the other columns too a change is found."""
    held = pq.read_table(standing / LEDGER)
    left = [row | {"export": folder.name} for folder in folders(standing)
            for row in pq.read_table(folder / "billing_lines.parquet").to_pylist()]  # fmt: skip
    assert held.to_pylist() == sorted(left, key=lambda row: row["billing_line_id"])
    assert exports_in_ledger(standing) == [folder.name for folder in folders(standing)]


def test_archived_exports_are_answered_for_by_the_ledger(warehouses, standing, tmp_path):
    """run.md: earlier folders may be archived. Nothing leaves again, not with the next night and not with the same."""
    before = exported(standing)
    for folder in folders(standing):
        shutil.move(folder, tmp_path / "archive" / folder.name)
    archived = tree(standing)
    assert export(warehouses[1], standing, NIGHTS[1]).folder.exists() is False
    assert tree(standing) == archived
    export(warehouses[2], standing, NIGHTS[2])
    assert len(folders(standing)) == 1
    assert exported(standing) + before == lines_of(warehouses[2])


def test_no_night_reads_what_the_ledger_knows(warehouses, standing, monkeypatch):
    """The cost of a night does not grow with the nights that were."""
    monkeypatch.setattr(ledger_file, "verified_lines", lambda _, folder: pytest.fail(f"{folder} is read"))
    export(warehouses[2], standing, NIGHTS[2])
    assert exported(standing) == lines_of(warehouses[2])


@pytest.mark.parametrize("column", ["description", "period_start_at", "ruleset_id", "quantity"])
def test_a_change_of_any_column_is_found_after_the_export_was_archived(warehouses, standing, tmp_path, column):
    shutil.move(standing / "billing" / folders(standing)[0].name, tmp_path)
    copy = shutil.copy(warehouses[2], tmp_path / "copy.duckdb")
    line = min(line for line, name in ledger(standing).items() if name == f"as_of={NIGHTS[0]:%Y%m%dT%H%M%SZ}")
    change = {"description": "'?'", "period_start_at": "period_start_at - interval 1 day", "ruleset_id": "'x'",
              "quantity": "quantity + 1"}  # fmt: skip
    with duckdb.connect(str(copy)) as connection:
        connection.execute(
            f"update marts.fct_billing_lines set {column} = {change[column]} where billing_line_id = '{line}'"
        )
    said = refused(CheckFailed, standing, copy, NIGHTS[2])
    assert line in said
    assert f"{column} was " in said


def test_an_export_that_has_left_takes_no_other_line(warehouses, standing, tmp_path):
    """The same as_of again, with a line that was not there: whether its folder stands or is archived."""
    copy = shutil.copy(warehouses[1], tmp_path / "copy.duckdb")
    with duckdb.connect(str(copy)) as connection:
        connection.execute(
            "insert into marts.fct_billing_lines by name "
            "select * replace ('new' as billing_line_id) from marts.fct_billing_lines limit 1"
        )
    assert "would now hold billing line new too" in refused(CheckFailed, standing, copy, NIGHTS[1])
    shutil.move(folders(standing)[1], tmp_path)
    assert "would now hold billing line new too" in refused(CheckFailed, standing, copy, NIGHTS[1])


def test_a_column_younger_than_the_ledger_is_taken_in(warehouses, standing):
    """A new version has one column more; the night after compares it as well."""
    table = pq.read_table(standing / LEDGER)
    pq.write_table(table.drop_columns(["ruleset_id"]), standing / LEDGER)
    export(warehouses[2], standing, NIGHTS[2])
    assert None not in pq.read_table(standing / LEDGER).column("ruleset_id").to_pylist()
    export(warehouses[2], standing, NIGHTS[2] + timedelta(days=1))
    assert exported(standing) == lines_of(warehouses[2])


def test_a_copy_of_an_export_under_another_name_is_refused(warehouses, standing):
    """Its lines would be in two exports."""
    first = folders(standing)[0]
    shutil.copytree(first, first.with_name("as_of=20200101T000000Z"))
    assert f"which left in {first.name}" in refused(UsageError, standing, warehouses[2], NIGHTS[2]).replace(
        "as_of=20200101T000000Z", first.name
    )


def ledger_of_text(path):
    path.write_text("a ledger")


def ledger_cut_short(path):
    path.write_bytes(path.read_bytes()[:-9])


def ledger_without_exports(path):
    pq.write_table(pq.read_table(path).replace_schema_metadata(None), path)


def ledger_without_amounts(path):
    pq.write_table(pq.read_table(path).drop_columns(["amount"]), path)


def ledger_of_other_folders(path):
    pq.write_table(pq.read_table(path).replace_schema_metadata({"exports": '["yesterday"]'}), path)


def ledger_as_a_folder(path):
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("spoil", [ledger_of_text, ledger_cut_short, ledger_without_exports, ledger_without_amounts,
                                   ledger_of_other_folders, ledger_as_a_folder], ids=lambda spoil: spoil.__name__)  # fmt: skip
def test_a_broken_ledger_stops_the_export(warehouses, standing, spoil):
    spoil(standing / LEDGER)
    assert refused(UsageError, standing, warehouses[2], NIGHTS[2]).startswith(f"ledger {standing / LEDGER}: cannot be read")


def test_two_warehouses_do_not_export_to_one_place_at_once(warehouses, standing):
    with Lock(standing):
        assert "another run is exporting there" in refused(UsageError, standing, warehouses[2], NIGHTS[2])
    export(warehouses[2], standing, NIGHTS[2])


# -- what a warehouse remembers --------------------------------------------------------------


@pytest.fixture
def remembering(warehouses, standing, tmp_path):
    """A warehouse that remembers the exports of two nights."""
    copy = Path(shutil.copy(warehouses[1], tmp_path / "remembering.duckdb"))
    with duckdb.connect(str(copy)) as connection, Leaving(standing, NIGHTS[1]) as leaving:
        remember(connection, leaving.gather(connection))
    return copy


def lost(exports):
    shutil.rmtree(exports)


def pruned_with_its_ledger(exports):
    (exports / LEDGER).unlink()
    shutil.rmtree(folders(exports)[0])


def ledger_of_the_night_before(exports):
    table = pq.read_table(exports / LEDGER)
    first, second = exports_in_ledger(exports)
    shutil.rmtree(exports / "billing" / second)
    kept = table.filter(pc.field("export") == first).replace_schema_metadata({"exports": json.dumps([first])})
    pq.write_table(kept, exports / LEDGER)


def ledger_with_a_line_less(exports):
    pq.write_table(pq.read_table(exports / LEDGER).slice(1), exports / LEDGER)


def ledger_of_another_warehouse(exports):
    table = pq.read_table(exports / LEDGER)
    others = pa.array([line[::-1] for line in table.column("billing_line_id").to_pylist()])
    pq.write_table(table.set_column(0, "billing_line_id", others), exports / LEDGER)


@pytest.mark.parametrize("lose", [lost, pruned_with_its_ledger, ledger_of_the_night_before, ledger_with_a_line_less,
                                  ledger_of_another_warehouse], ids=lambda lose: lose.__name__)  # fmt: skip
def test_exports_that_know_less_than_the_warehouse_are_refused(remembering, standing, lose):
    """run.md: not mounted, pruned with its ledger, another folder."""
    lose(standing)
    before = tree(standing.parent)
    with pytest.raises(UsageError, match="the warehouse has exported (alerts/)?as_of=") as raised:
        forbid_lost_exports(standing, remembered_by(remembering))
    assert "or name another warehouse file to start anew" in str(raised.value)
    assert tree(standing.parent) == before


def test_exports_that_know_as_much_or_more_are_none_lost(warehouses, remembering, standing):
    """Archived folders, and a night that was killed before its warehouse was published."""
    forbid_lost_exports(standing, remembered_by(remembering))
    shutil.rmtree(folders(standing)[0])
    export(warehouses[2], standing, NIGHTS[2])
    forbid_lost_exports(standing, remembered_by(remembering))
    # Two nights, with lines and alerts.
    assert remembered_by(remembering).num_rows == 4


def test_a_warehouse_that_remembers_nothing_loses_nothing(warehouses, exports):
    assert remembered_by(None).num_rows == remembered_by(warehouses[0]).num_rows == 0
    forbid_lost_exports(exports, remembered_by(warehouses[0]))
    assert not exports.exists()


def test_other_things_in_the_folder_are_left_alone(warehouses, standing):
    billing = standing / "billing"
    (billing / "as_of=20990101T000000Z").write_text("a file")
    (billing / "as_of=yesterday").mkdir()
    (billing / "as_of=yesterday" / "manifest.json").write_text("?")
    (billing / "README").write_text("ours")
    export(warehouses[2], standing, NIGHTS[2])
    assert exported(standing) == lines_of(warehouses[2])
    assert (billing / "README").read_text() == "ours"


@pytest.mark.parametrize("where", ["", "billing", "below/it"])
def test_a_file_in_the_way_of_the_exports_is_refused(warehouses, exports, where):
    path = exports / where if where == "billing" else exports
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("a file")
    target = exports / "below" if where == "below/it" else exports
    before = tree(exports.parent)
    with pytest.raises(UsageError, match="exports") as raised:
        export(warehouses[0], target, NIGHTS[0])
    assert "\n" not in str(raised.value)
    assert tree(exports.parent) == before


# -- no space, no permission -----------------------------------------------------------------


class Full:
    """Stands for a function; at its n-th call the disk is full."""

    def __init__(self, function, at):
        self.function, self.left = function, at

    def __call__(self, *arguments, **named):
        self.left -= 1
        if self.left == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return self.function(*arguments, **named)


@pytest.mark.parametrize(("home", "name", "at"), [
    (job, "write_parquet", 1), (job, "write_parquet", 2), (job, "write_csv", 1), (job, "write_csv", 2),
    (Path, "write_text", 1), (os, "fsync", 1), (os, "fsync", 6), (os, "fsync", 7), (os, "rename", 1), (Path, "mkdir", 1),
    (ledger_file, "write", 1),
], ids=lambda value: getattr(value, "__name__", str(value)))  # fmt: skip
def test_a_full_disk_leaves_the_exports_as_they_were(warehouses, standing, monkeypatch, home, name, at):
    """One line, nothing overwritten, nothing half written; with space the next run is as if nothing had been."""
    with monkeypatch.context() as patch:
        full = Full(getattr(home, name), at)
        patch.setattr(home, name, lambda *arguments, **named: full(*arguments, **named))
        line = refused(UsageError, standing, warehouses[2], NIGHTS[2])
        assert "No space left on device" in line
    export(warehouses[2], standing, NIGHTS[2])
    assert exported(standing) == lines_of(warehouses[2])


def test_a_ledger_that_cannot_be_put_in_place_is_made_good_by_the_next_run(warehouses, standing, monkeypatch):
    """The export has left by then; the line says so, and no line leaves twice."""
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", Full(os.replace, 1))
        with pytest.raises(UsageError, match="has left, but its ledger cannot be written"):
            export(warehouses[2], standing, NIGHTS[2])
    export(warehouses[2], standing, NIGHTS[2])
    assert exported(standing) == Counter(ledger(standing).keys()) == lines_of(warehouses[2])


def a_file_for_a_parent(folder):
    (folder / "file").write_text("")
    return folder / "file" / "exports"


def a_link_to_nowhere(folder):
    (folder / "exports").symlink_to(folder / "gone")
    return folder / "exports"


def a_name_too_long(folder):
    return folder / ("e" * 300) / "exports"


def a_folder_that_may_not_be_written(folder):
    return Path("/proc/self/fdinfo")


@pytest.mark.parametrize("place", [a_file_for_a_parent, a_link_to_nowhere, a_name_too_long,
                                   a_folder_that_may_not_be_written], ids=lambda place: place.__name__)  # fmt: skip
def test_a_place_that_cannot_take_exports_is_refused_before_a_night(tmp_path, place):
    where = place(tmp_path)
    before = tree(tmp_path)
    with pytest.raises(UsageError, match="exports") as raised:
        forbid_lost_exports(where, remembered_by(None))
    assert "\n" not in str(raised.value)
    assert tree(tmp_path) == before


# -- what stands in the files ----------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(warehouses, tmp_path_factory):
    """The folder of an export with every line of the last night, which must not be changed."""
    return export(warehouses[2], tmp_path_factory.mktemp("whole") / "exports", NIGHTS[2]).folder


def test_the_manifest_says_what_is_there(whole, warehouses):
    """run.md: as_of, versions, rulesets, for each file rows, SHA-256, total of each currency."""
    manifest = json.loads((whole / "manifest.json").read_text())
    lines = pq.read_table(whole / "billing_lines.parquet").to_pylist()
    files = manifest.pop("files")
    assert manifest == {
        "project": "headcount", "project_version": __version__, "as_of": f"{NIGHTS[2]:%Y-%m-%dT%H:%M:%SZ}",
        "engine": {"name": "duckdb", "version": duckdb.__version__},
        "tz_database": {"name": "tzdata", "version": TZDATA_VERSION},
        "rulesets": sorted({line["ruleset_id"] for line in lines}),
        "approvals": [], "held": {"lines": 0, "totals": {}},
    }  # fmt: skip
    assert sorted(files) == FILES
    for name, said in files.items():
        rows = pq.read_table((whole / name).with_suffix(".parquet")).num_rows
        with open((whole / name).with_suffix(".csv"), newline="", encoding="utf-8") as file:
            assert sum(1 for _ in csv.reader(file)) == rows + 1
        assert said["rows"] == rows
        assert said["sha256"] == hashlib.sha256((whole / name).read_bytes()).hexdigest()
    totals = Counter()
    for line in lines:
        totals[line["currency"]] += line["amount"]
    assert set(totals) <= set(DIGITS)
    spelled_totals = {currency: f"{total:.{DIGITS[currency]}f}" for currency, total in totals.items()}
    assert files["billing_lines.parquet"]["totals"] == files["billing_lines.csv"]["totals"] == spelled_totals


@pytest.mark.parametrize("name", ["billing_lines", "active_users"])
def test_csv_and_parquet_hold_the_same(whole, name):
    """run.md, CSV: header, minor digits, instants with Z; every value reads back to the one in the Parquet file."""
    table = pq.read_table(whole / f"{name}.parquet")
    with open(whole / f"{name}.csv", newline="", encoding="utf-8") as file:
        header, *found = csv.reader(file, strict=True)
    assert header == table.column_names
    for row, wanted in zip(found, table.to_pylist(), strict=True):
        for text, (column, value) in zip(row, wanted.items(), strict=True):
            if isinstance(value, Decimal):
                assert Decimal(text) == value
                more_than_minor = len(text.partition(".")[2]) - DIGITS[wanted["currency"]]
                assert more_than_minor == 0 or (column == "unit_price" and more_than_minor > 0)
            elif isinstance(value, datetime):
                assert text.endswith("Z")
                assert datetime.fromisoformat(text).replace(tzinfo=None) == value
            else:
                plain = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
                assert text == ("'" if plain.startswith(("=", "+", "-", "@", "\t", "\r")) else "") + plain


def test_the_evidence_is_that_of_the_lines(whole, warehouses):
    """run.md: a row for each active user and source behind those lines, and no other."""
    found = Counter(tuple(row.values()) for row in pq.read_table(whole / "active_users.parquet").to_pylist())
    names = ", ".join(pq.read_schema(whole / "active_users.parquet").names)
    with duckdb.connect(str(warehouses[2]), read_only=True) as connection:
        wanted = connection.execute(
            f"select {names} from marts.fct_active_user_sources where (account_id, location_id, period_start_at) in ("
            "select (account_id, location_id, period_start_at) from marts.fct_billing_lines where line_kind = 'active_users')"
        ).fetchall()
    assert found == Counter(wanted)
    assert found


def test_an_export_holds_the_evidence_of_its_own_lines_only(standing):
    """No period is evidenced in two exports."""
    first, second = (pq.read_table(folder / "active_users.parquet").to_pylist() for folder in folders(standing))
    periods = [{(row["location_id"], row["period_start_at"]) for row in rows} for rows in (first, second)]
    assert all(periods)
    assert not periods[0] & periods[1]


def test_no_personal_data_leaves(whole, warehouses):
    """run.md: ids only."""
    with duckdb.connect(str(warehouses[2]), read_only=True) as connection:
        found = connection.execute("select distinct display_name from marts.dim_customers where display_name is not null")
        names = [name for (name,) in found.fetchall()]
    assert len(names) > 20
    for path in whole.iterdir():
        if path.suffix == ".parquet":
            text = json.dumps(pq.read_table(path).to_pylist(), default=str, ensure_ascii=False)
            assert "display_name" not in pq.read_schema(path).names
        else:
            text = path.read_text(encoding="utf-8")
        assert [name for name in names if name in text] == []


@pytest.mark.parametrize(("value", "digits", "text"), [
    (None, 2, ""), (True, 0, "true"), (False, 0, "false"), (7, 2, "7"),
    (Decimal("12"), 0, "12"), (Decimal("12.000000"), 0, "12"), (Decimal("12.5"), 2, "12.50"),
    (Decimal("12.345000"), 3, "12.345"), (Decimal("0.1"), 3, "0.100"), (Decimal("-3.5"), 2, "-3.50"),
    (Decimal("2.123456"), 2, "2.123456"), (Decimal("1200"), 0, "1200"), (Decimal("0"), 2, "0.00"),
    (Decimal("0.000001"), 0, "0.000001"), (Decimal("999999999999.999999"), 2, "999999999999.999999"),
    (datetime(2026, 3, 31, 22, 59, 59), 2, "2026-03-31T22:59:59Z"),
    (datetime(2026, 3, 31, 22, 59, 59, 500), 2, "2026-03-31T22:59:59.000500Z"),
    (date(2026, 3, 31), 2, "2026-03-31"),
    ("plain", 2, "plain"), ("", 2, ""), ("=1+1", 2, "'=1+1"), ("+1", 2, "'+1"), ("-1", 2, "'-1"), ("@a", 2, "'@a"),
    ("\tb", 2, "'\tb"), ("\rc", 2, "'\rc"), ("a=1", 2, "a=1"), ("'q", 2, "'q"), (" =1", 2, " =1"), ("Zoë", 2, "Zoë"),
])  # fmt: skip
def test_a_value_is_spelled(value, digits, text):
    """run.md, CSV: what a spreadsheet would run gets a leading '."""
    assert cell(value, digits) == text


def test_csv_is_rfc_4180(tmp_path):
    table = pa.table({
        "text": ["a,b", 'say "no"', "two\r\nlines", None, "=x,y"],
        "amount": pa.array([Decimal(1), Decimal("2.5"), Decimal(3), None, Decimal("4.1234")], pa.decimal128(18, 6)),
        "currency": ["JPY", "EUR", "KWD", "EUR", "KWD"],
    })  # fmt: skip
    write_csv(tmp_path / "a.csv", table, {"JPY": 0, "EUR": 2, "KWD": 3})
    assert (tmp_path / "a.csv").read_bytes() == (
        b'text,amount,currency\r\n"a,b",1,JPY\r\n"say ""no""",2.50,EUR\r\n"two\r\nlines",3.000,KWD\r\n,,EUR\r\n'
        b"\"'=x,y\",4.1234,KWD\r\n"
    )


def test_a_column_is_spelled_like_its_values(tmp_path):
    """Arrow spells whole columns of an export; a value alone says how each has to look."""
    moments = [datetime(2026, 3, 31, 22, 59, 59), datetime(2026, 3, 31, 22, 59, 59, 120), None, datetime(1969, 12, 31)]
    columns = {
        "is_paid": pa.array([True, False, None, True]),
        "plain": pa.array(["a b", "", None, "1-2"]),
        "run": pa.array(["=1", "+1", None, "\t-"]),
        "at": pa.array(moments, pa.timestamp("us")),
        "on": pa.array([date(2026, 3, 31), None, date(1, 1, 1), date(9999, 12, 31)]),
        "limit": pa.array([1, -2, None, 3]),
        "amount": pa.array([Decimal("1.50"), Decimal("-2"), None, Decimal("0.125")], pa.decimal128(18, 6)),
        "currency": pa.array(["EUR", "JPY", None, "EUR"]),
    }
    write_csv(tmp_path / "a.csv", pa.table(columns), {"EUR": 2, "JPY": 0})
    with open(tmp_path / "a.csv", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == list(columns)
    for name, column in columns.items():
        values = zip(column.to_pylist(), [2, 0, 0, 2], strict=True)
        assert [row[header.index(name)] for row in rows] == [cell(value, digits) for value, digits in values]


def test_a_written_file_that_does_not_hold_what_it_should_is_not_exported(warehouses, standing, monkeypatch):
    """The written files are checked before they are renamed into place."""
    monkeypatch.setattr(job, "write_parquet", lambda path, table: pq.write_table(table.slice(1), path))
    assert issubclass(CheckFailed, HeadcountError)
    assert "the written export does not hold what it should" in refused(CheckFailed, standing, warehouses[2], NIGHTS[2])
