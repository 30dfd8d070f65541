"""`headcount preview`: it equals the invoice that then comes, changes nothing, and says what it shows (finance.md). About
50 s of one core.

`python -m tests.previews` goes on for as long as one likes.
"""

import csv
import json
import os
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from headcount.cli import main
from headcount.nightly import job
from headcount.nightly.made_with import made_with
from headcount.preview import job as preview_job
from headcount.preview.folder import MARK
from tests.previews import held, replayed_by
from tests.support.command import Place
from tests.support.files import write_zone
from tests.support.nights import NIGHTS, STORY, instant, land

pytestmark = pytest.mark.xdist_group("nights")
SEEDS, SIZE = (2, 5), 6
TABLES = ("counts", "lines", "exceptions", "totals")


def test_a_preview_equals_the_invoice(replay, tmp_path):
    periods = 0
    for seed in SEEDS:
        found = held(replay, tmp_path / str(seed), seed, SIZE)
        assert not found.differences, f"{replayed_by(seed, SIZE)}\n" + "\n".join(found.differences[:20])
        periods += found.periods
    assert periods > len(SEEDS)


@pytest.fixture(autouse=True, scope="module")
def own_environment():
    """A run in this process sets variables that others are not to see."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="module")
def built(replay, tmp_path_factory) -> Place:
    """The first of the three nights."""
    place = Place(tmp_path_factory.mktemp("previewed") / "place")
    land(place.landing, 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(job, "build_models", replay)
        patch.setattr(job, "check_landing", lambda *_: [])
        assert main(place.words("--no-export", "--as-of", instant(1))) == 0
    return place


@pytest.fixture
def previewed(built, replay, monkeypatch, tmp_path, capsys):
    """A function that previews with more words and gives exit code, what was said and what went wrong; the place has to
    stay as it was, and nothing may be left in the folder for temporary files."""
    monkeypatch.setattr(preview_job, "build_models", lambda *arguments: replay(*arguments[:5]))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))

    def preview(*words, landing: Path = built.landing, warehouse: Path = built.warehouse):
        before = built.tree()
        code = main(["preview", "--landing", str(landing), "--warehouse", str(warehouse), *map(str, words)])
        assert built.tree() == before
        assert list((tmp_path / "temporary").glob("headcount-preview-*")) == []
        said = capsys.readouterr()
        return code, said.out, [line for line in said.err.splitlines() if not line.startswith("[")]

    return preview


def read(folder: Path, table: str) -> list[dict]:
    with open(folder / f"{table}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_preview_is_said_and_written_in_three_forms(previewed, tmp_path):
    out, on = tmp_path / "deep" / "october", NIGHTS[0] + timedelta(days=20)
    code, said, wrong = previewed("--on", f"{on.isoformat()}Z", "--output", out)
    assert (code, wrong) == (0, [])
    assert f"if all ended at {on.isoformat()}Z, with what is known at {instant(1)}" in said
    names = {path.name for path in out.iterdir()}
    assert names == {MARK, "preview.json", *(f"{name}.{ending}" for name in TABLES for ending in ("csv", "parquet"))}
    whole = json.loads((out / "preview.json").read_text())
    assert (whole["as_of"], whole["on"], whole["accounts"]) == (instant(1), f"{on.isoformat()}Z", None)
    for name in TABLES:
        rows = [{key: spelled(value) for key, value in row.items()} for row in whole[name]]
        assert rows == read(out, name)
        assert pq.read_table(out / f"{name}.parquet").num_rows == len(rows)
    assert whole["counts"]
    assert whole["lines"]
    for line in whole["lines"]:
        assert f"{line['description']}: {line['amount']} {line['currency']}" in said
    for total in whole["totals"]:
        assert f"{total['amount']} {total['currency']}" in said
    assert {row["status_then"] for row in whole["counts"]} == {"closed", "open"}
    people = {row["display_name"] for row in STORY.rows["customers"] if row["display_name"]}
    assert not [name for name in people if name in (out / "preview.json").read_text()]


def spelled(value) -> str:
    return "" if value is None else str(value)


def test_a_preview_of_an_account_is_its_part_of_all(previewed, tmp_path):
    on = f"{(NIGHTS[0] + timedelta(days=20)).isoformat()}Z"
    assert previewed("--on", on, "--output", tmp_path / "all")[0] == 0
    accounts = sorted({row["account_id"] for row in read(tmp_path / "all", "lines")})
    assert len(accounts) > 1
    # What stands there is an earlier preview: it is replaced.
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / MARK).touch()
    (tmp_path / "one" / "old").touch()
    assert previewed("--on", on, "--account", accounts[0], "--output", tmp_path / "one")[0] == 0
    assert not (tmp_path / "one" / "old").exists()
    for name in ("counts", "lines", "exceptions"):
        mine = [row for row in read(tmp_path / "all", name) if row["account_id"] == accounts[0]]
        assert read(tmp_path / "one", name) == mine
    assert {path.name for path in tmp_path.iterdir()} == {"all", "one", "temporary"}


@pytest.mark.parametrize(("words", "saying"), [
    (["--on", "2020-01-01T00:00:00Z"], "on 2020-01-01T00:00:00Z is before 20"),
    (["--on", "2206-01-01T00:00:00Z"], "is more than 10 years after"),
    (["--on", "tomorrow"], "on 'tomorrow' is not an instant"),
    (["--account", "nobody"], "account 'nobody' is not in"),
])  # fmt: skip
def test_what_cannot_be_asked_is_one_line(previewed, tmp_path, words, saying):
    code, said, wrong = previewed(*words, "--output", tmp_path / "out")
    assert (code, said, len(wrong)) == (2, "", 1)
    assert saying in wrong[0]
    assert not (tmp_path / "out").exists()


def test_another_landing_zone_or_warehouse_is_refused(previewed, built, tmp_path, monkeypatch):
    other = built.copy(tmp_path / "other")
    file = next(path for path in sorted(other.landing.rglob("part-0*")) if path.suffix == ".csv")
    file.write_bytes(file.read_bytes() + file.read_bytes().splitlines(keepends=True)[-1])
    for landing in (other.landing, write_zone(tmp_path / "empty", {}, "csv")):
        code, _, (line,) = previewed(landing=landing)
        assert code == 2
        assert "name the landing zone that" in line
    assert "is not what was read" in previewed(landing=other.landing)[2][0]
    (tmp_path / "mine.duckdb").write_text("mine")
    for warehouse, saying in ((tmp_path / "none.duckdb", "no such file"), (tmp_path / "mine.duckdb", "is no DuckDB database")):
        assert saying in previewed(warehouse=warehouse)[2][0]
    otherwise = made_with().replace('"seeds": "', '"seeds": "other')
    monkeypatch.setattr(preview_job, "made_with", lambda: otherwise)
    code, _, (line,) = previewed()
    assert code == 2
    assert "cannot be gone on from: the seeds (rules, prices or lists) have changed; run 'headcount nightly'" in line


def test_files_that_came_since_are_not_known(previewed, built, tmp_path):
    other = built.copy(tmp_path / "other")
    land(other.landing, 2)
    assert previewed(landing=other.landing) == previewed()
