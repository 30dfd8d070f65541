"""F3, held lines: in no export until they are approved, then in one, whatever is killed in between (run.md, held lines).

Two warehouses of the sample, with every measure in their seeds; exports, approvals and kills in this process and forked
ones. About 40 s of one core.
"""

import json
import os
import shutil
import signal
import subprocess
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from headcount import run
from headcount.cli import main
from headcount.errors import UsageError
from headcount.exports import approvals, forbid_lost_exports, job
from headcount.exports.memory import remembered_by
from headcount.exports.waiting import listing
from headcount.sample import SAMPLE_AS_OF, write_sample
from tests.fuzz import spelled
from tests.support.command import Place, command, environment
from tests.support.exports import export, exported, folders, ledger
from tests.support.holds import seeds_with_holds
from tests.support.warehouse import build

pytestmark = pytest.mark.xdist_group("held")

NIGHTS = [SAMPLE_AS_OF - timedelta(days=31), SAMPLE_AS_OF, SAMPLE_AS_OF + timedelta(days=1)]
HELD = "billing/held.parquet"
FORKED = get_context("fork")


@pytest.fixture(scope="module")
def warehouses(compiled, tmp_path_factory):
    """The warehouse file of each night; the last night has that of the one before."""
    folder = tmp_path_factory.mktemp("held")
    write_sample(folder / "landing", accounts=1, days=120)
    seeds = seeds_with_holds(folder / "seeds")
    for number, as_of in enumerate(NIGHTS[:2]):
        build(compiled, folder / "landing", spelled(as_of), seeds=seeds, file=folder / f"{number}.duckdb").close()
    return [folder / "0.duckdb", folder / "1.duckdb", folder / "1.duckdb"]


@pytest.fixture(scope="module")
def first_night(warehouses, tmp_path_factory):
    """Exports with one night in them. Copy them, do not use them."""
    folder = tmp_path_factory.mktemp("first-night") / "exports"
    export(warehouses[0], folder, NIGHTS[0])
    return folder


@pytest.fixture
def exports(first_night, tmp_path):
    return shutil.copytree(first_night, tmp_path / "exports")


@pytest.fixture(autouse=True)
def by_itself(monkeypatch):
    """One instant for all approvals. The check of the written files would be most of the time here, and is not what is
    looked at; one test has it."""
    monkeypatch.setattr(run, "now", lambda: datetime(2026, 11, 20, 9, 30, tzinfo=UTC))
    monkeypatch.setattr(job, "_check", lambda *_: None)


def ask(warehouse, sql):
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def held_in(warehouse) -> dict[str, tuple[Decimal, str]]:
    rows = ask(warehouse, "select distinct billing_line_id, amount, currency from marts.fct_held_lines")
    return {line: (amount, currency) for line, amount, currency in rows}


def lines_in(warehouse) -> Counter:
    return Counter(key for (key,) in ask(warehouse, "select billing_line_id from marts.fct_billing_lines"))


def listed(exports) -> set[str]:
    return set(pq.read_table(exports / HELD).column("billing_line_id").to_pylist())


def manifest(export) -> dict:
    return json.loads((export.folder / "manifest.json").read_text("utf-8"))


def tree(folder) -> dict[str, str]:
    return Place(folder).tree()


def approve(exports, *words) -> int:
    return main(["approve", "--exports", str(exports), "--by", "Ann, finance", *map(str, words)])


def refused(capsys, exports, *words) -> str:
    """The approval is refused with one line and exit code 2, and not a byte is another. Returns the line."""
    before = tree(exports)
    capsys.readouterr()
    assert main([*map(str, words)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    (line,) = said.err.splitlines()
    assert tree(exports) == before
    return line


def approvals_in(exports) -> list[dict]:
    return [json.loads(path.read_text("utf-8")) for path in sorted((exports / "billing" / "approvals").glob("2*.json"))]


# -- the way of a line -----------------------------------------------------------------------


def test_from_held_to_approved_to_exported(warehouses, exports, monkeypatch):
    """Everything else leaves as ever; each line leaves once; the manifests say who waits, and by which word others left."""
    monkeypatch.undo()
    held = held_in(warehouses[0])
    assert len(held) > 30
    assert len({currency for _, currency in held.values()}) >= 4
    assert exported(exports) == lines_in(warehouses[0]) - Counter(held.keys())
    assert listed(exports) == set(held)
    first = json.loads((folders(exports)[0] / "manifest.json").read_text())
    assert first["approvals"] == []
    assert first["held"]["lines"] == len(held)
    sums = Counter()
    for amount, currency in held.values():
        sums[currency] += amount
    assert {currency: Decimal(total) for currency, total in first["held"]["totals"].items()} == sums

    one, *_ = sorted(held)
    lines = "marts.fct_held_lines where"
    ((other,),) = ask(warehouses[0], f"select max(account_id) from {lines} billing_line_id != '{one}'")
    his = {line for (line,) in ask(warehouses[0], f"select billing_line_id from {lines} account_id = '{other}'")}
    before = tree(exports)
    assert approve(exports, "--line", one, "--note", "as agreed") == 0
    assert approve(exports, "--account", other) == 0
    made = tree(exports)
    assert {path: made[path] for path in before} == before
    assert len({path for path in made if path.startswith("billing/approvals/")}) == 2
    approved = {one} | his
    assert Counter(line["billing_line_id"] for said in approvals_in(exports) for line in said["lines"]) == Counter(approved)

    second = export(warehouses[1], exports, NIGHTS[1])
    now = held_in(warehouses[1])
    waiting = set(now) - approved
    assert exported(exports) == lines_in(warehouses[1]) - Counter(waiting)
    assert listed(exports) == waiting
    assert manifest(second)["approvals"] == sorted(path.stem for path in (exports / "billing" / "approvals").iterdir())
    assert manifest(second)["held"]["lines"] == len(waiting) == second.held_lines

    assert approve(exports, "--all") == 0
    third = export(warehouses[2], exports, NIGHTS[2])
    assert third.lines == len(waiting)
    assert manifest(third)["held"] == {"lines": 0, "totals": {}}
    assert len(manifest(third)["approvals"]) == 1
    assert exported(exports) == lines_in(warehouses[2]) == Counter(ledger(exports).keys())
    assert listed(exports) == set()


def test_the_evidence_of_a_held_line_leaves_with_it(warehouses, exports):
    period = "account_id, location_id, period_start_at"
    users = set(ask(warehouses[1], f"select {period} from marts.fct_billing_lines where line_kind = 'active_users'"))
    assert approve(exports, "--all") == 0
    export(warehouses[1], exports, NIGHTS[1])
    assert approve(exports, "--all") == 0
    export(warehouses[2], exports, NIGHTS[2])
    for folder in folders(exports):
        lines = pq.read_table(folder / "billing_lines.parquet").to_pylist()
        here = {tuple(line[name] for name in period.split(", ")) for line in lines if line["line_kind"] == "active_users"}
        rows = pq.read_table(folder / "active_users.parquet").to_pylist()
        assert {tuple(row[name] for name in period.split(", ")) for row in rows} == here
        users -= here
    assert users == set()


def test_an_approval_says_what_who_and_when(warehouses, exports, capsys):
    held = held_in(warehouses[0])
    line = min(held)
    assert approve(exports, "--line", line, line, "--note", "ok\nso") == 0
    assert "approved 1 billing lines: " in capsys.readouterr().out
    (path,) = (exports / "billing" / "approvals").iterdir()
    assert path.name.startswith("20261120T093000Z-")
    said = json.loads(path.read_text("utf-8"))
    (what,) = said.pop("lines")
    assert said == {"project": "headcount", "project_version": "0.1.0", "approved_at": "2026-11-20T09:30:00Z",
                    "approved_by": "Ann, finance", "note": "ok\nso"}  # fmt: skip
    assert (what["billing_line_id"], Decimal(what["amount"]), what["currency"]) == (line, *held[line])


def test_several_lines_may_follow_one_another(warehouses, exports):
    one, two, three, *_ = sorted(held_in(warehouses[0]))
    assert approve(exports, "--line", one, two, "--line", three) == 0
    assert [line["billing_line_id"] for line in approvals_in(exports)[0]["lines"]] == [one, two, three]


def test_what_is_held_is_listed_with_why(warehouses, exports, capsys):
    line, *_ = sorted(held_in(warehouses[0]))
    approve(exports, "--line", line, "--note", "two\nlines")
    capsys.readouterr()
    before = tree(exports)
    assert main(["held", "--exports", str(exports)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert tree(exports) == before
    waiting = f"{len(held_in(warehouses[0])) - 1} billing lines wait for approval: "
    assert said[0].startswith(f"held as of {NIGHTS[0]:%Y-%m-%dT%H:%M:%SZ}: {waiting}")
    assert said[1].startswith("approved: 1 billing lines leave with the next export: ")
    assert said[-1].startswith("      approved by Ann, finance at 2026-11-20T09:30:00Z (two lines), approval 20261120T093000Z-")
    assert sum(text.startswith("      held by ") for text in said) == len(held_in(warehouses[0]))
    assert [text for text in said if "first (no line of the account is earlier)" in text]


def test_explain_says_what_holds_a_line(warehouses, capsys):
    customer, day = ask(
        warehouses[1],
        "select users.customer_id, users.period_start_on + 1 from marts.fct_held_lines as held "
        "inner join marts.fct_billing_lines as lines using (billing_line_id) "
        "inner join marts.fct_active_users as users on lines.location_id = users.location_id "
        "and lines.period_start_at = users.period_start_at where held.hold_id = 'large' limit 1",
    )[0]
    assert main(["explain", "--warehouse", str(warehouses[1]), "--customer", customer, "--period", str(day)]) == 0
    said = capsys.readouterr().out.splitlines()
    (number,) = [number for number, text in enumerate(said) if "held until somebody approves it, by large: " in text]
    assert said[number - 1].startswith(("    billed ", "      held until somebody approves it, by jump: "))


# -- made again ------------------------------------------------------------------------------


def test_an_export_made_again_is_the_same_whatever_was_approved_since(warehouses, exports):
    """Byte for byte: right after an approval, and after later exports."""
    approve(exports, "--account", ask(warehouses[0], "select min(account_id) from marts.fct_held_lines")[0][0])
    before = tree(exports)
    export(warehouses[0], exports, NIGHTS[0])
    assert tree(exports) == before
    export(warehouses[1], exports, NIGHTS[1])
    approve(exports, "--all")
    before = tree(exports)
    for night in (1, 0):
        export(warehouses[night], exports, NIGHTS[night])
        assert tree(exports) == before
    export(warehouses[2], exports, NIGHTS[2])
    before = tree(exports)
    for night in (2, 0, 1):
        export(warehouses[night], exports, NIGHTS[night])
        assert tree(exports) == before


def test_archived_exports_and_approvals_are_answered_for_by_the_ledger(warehouses, exports):
    approve(exports, "--all")
    export(warehouses[1], exports, NIGHTS[1])
    left, waiting = exported(exports), listed(exports)
    shutil.rmtree(exports / "billing" / "approvals")
    for folder in folders(exports):
        shutil.rmtree(folder)
    before = tree(exports)
    export(warehouses[1], exports, NIGHTS[1])
    assert tree(exports) == before
    assert export(warehouses[2], exports, NIGHTS[2]).lines == 0
    assert left == Counter(ledger(exports).keys())
    assert listed(exports) == waiting


def test_a_night_without_holds_leaves_nothing_of_them(warehouses, tmp_path):
    copy = changed(warehouses[0], tmp_path, "delete from marts.fct_held_lines")
    result = export(copy, tmp_path / "exports", NIGHTS[0])
    assert exported(tmp_path / "exports") == lines_in(warehouses[0])
    assert sorted(path.name for path in (tmp_path / "exports" / "billing").iterdir()) == [result.folder.name, "ledger.parquet"]
    assert manifest(result)["held"] == {"lines": 0, "totals": {}}


# -- holds and amounts that change -----------------------------------------------------------


def changed(warehouse, folder, *sql) -> Path:
    """A copy of a warehouse in which something is otherwise."""
    copy = Path(shutil.copy(warehouse, folder / f"{len(list(folder.iterdir()))}.duckdb"))
    with duckdb.connect(str(copy)) as connection:
        for one in sql:
            connection.execute(one)
    return copy


def test_a_line_that_has_become_another_waits_until_the_approval_is_taken_back(warehouses, exports, tmp_path, capsys):
    line, *_ = sorted(held_in(warehouses[0]))
    amount, currency = held_in(warehouses[0])[line]
    approve(exports, "--line", line)
    more = f"set amount = amount + 1 where billing_line_id = '{line}'"
    other = changed(warehouses[1], tmp_path, f"update marts.fct_billing_lines {more}", f"update marts.fct_held_lines {more}")
    export(other, exports, NIGHTS[1])
    assert line in listed(exports)
    assert exported(exports)[line] == 0
    main(["held", "--exports", str(exports)])
    said = next(text for text in capsys.readouterr().out.splitlines() if "was approved at" in text)
    assert f"was approved at {amount.normalize():f}" in said.replace(".00 ", " ").replace(".10 ", ".1 ")
    for words in (["--line", line], ["--all"]):
        assert "and is now" in refused(capsys, exports, "approve", "--exports", exports, "--by", "A", *words)
    (path,) = (exports / "billing" / "approvals").iterdir()
    path.rename(tmp_path / path.name)
    assert approve(exports, "--line", line) == 0
    export(other, exports, NIGHTS[2])
    assert exported(exports)[line] == 1


def test_a_hold_that_is_taken_away_frees_its_lines(warehouses, exports, tmp_path):
    free = changed(warehouses[1], tmp_path, "delete from marts.fct_held_lines")
    export(free, exports, NIGHTS[1])
    assert exported(exports) == lines_in(warehouses[1])
    assert listed(exports) == set()


def test_a_hold_that_comes_after_the_approval_does_not_take_it_back(warehouses, exports, tmp_path):
    """Nor is it about a line that has left."""
    line, *_ = sorted(held_in(warehouses[0]))
    approve(exports, "--line", line)
    every = "select billing_line_id, 'new' as hold_id, amount, currency, 'new' as detail from marts.fct_billing_lines"
    nullable = "create or replace table marts.fct_held_lines as select * from marts.fct_held_lines"
    stricter = changed(warehouses[1], tmp_path, nullable, f"insert into marts.fct_held_lines by name {every}")
    left = exported(exports)
    result = export(stricter, exports, NIGHTS[1])
    assert exported(exports) == left + Counter([line])
    assert result.held_lines == (lines_in(stricter) - exported(exports)).total()
    before = tree(exports)
    export(stricter, exports, NIGHTS[1])
    assert tree(exports) == before


# -- what is refused -------------------------------------------------------------------------


def test_what_cannot_be_approved_is_one_line(warehouses, exports, capsys):
    """Unknown, not held, left, approved already; also when it is one of many."""
    good, other, *_ = sorted(held_in(warehouses[0]))
    left = min(exported(exports))
    words = ["approve", "--exports", exports, "--by", "Ann"]
    where = f"left in {folders(exports)[0].name}: what has left needs no approval"
    assert where in refused(capsys, exports, *words, "--line", left)
    assert where in refused(capsys, exports, *words, "--line", good, left)
    assert "line 'nothing' is not held in" in refused(capsys, exports, *words, "--line", good, "nothing")
    assert "no line of account 'nobody' waits for approval" in refused(capsys, exports, *words, "--account", "nobody")
    assert approve(exports, "--line", good) == 0
    for more in ([good], [other, good]):
        said = refused(capsys, exports, *words, "--line", *more)
        assert f"line {good!r} was approved by Ann, finance at 2026-11-20T09:30:00Z" in said
    assert approve(exports, "--all") == 0
    assert "no line waits for approval" in refused(capsys, exports, *words, "--all")


@pytest.mark.parametrize(("words", "saying"), [
    (["--by", "Ann"], "approve needs one of --line, --account and --all"),
    (["--by", "Ann", "--all", "--account", "a"], "approve needs one of --line, --account and --all"),
    (["--by", "Ann", "--all", "--line", "a"], "approve needs one of --line, --account and --all"),
    (["--all"], "--by is missing"),
    (["--all", "--by", " "], "--by is empty"),
    (["--all", "--by", "Ann", "--note", ""], "--note is empty"),
    (["--all", "--by", "\udcff"], "--by is not UTF-8 text"),
    (["--all", "--by", "Ann", "more"], "unexpected extra argument (more)"),
])  # fmt: skip
def test_an_approval_that_does_not_say_what_or_who_is_refused(exports, capsys, words, saying):
    assert saying in refused(capsys, exports, "approve", "--exports", exports, *words)


@pytest.mark.parametrize("words", [["held"], ["approve", "--all", "--by", "Ann"]], ids=lambda words: words[0])
def test_a_folder_without_exports_is_refused(tmp_path, capsys, words):
    assert "nothing was exported there" in refused(capsys, tmp_path, *words, "--exports", tmp_path / "none")


def edited(path):
    path.write_text(path.read_text("utf-8").replace("Ann", "Bob"), "utf-8")
    return "was edited since it was written"


def renamed(path):
    path.rename(path.with_name("mine.json"))
    return "mine.json: is not one that headcount wrote"


def cut_short(path):
    path.write_bytes(path.read_bytes()[:-20])
    return "cannot be read"


def of_nothing(path):
    content = b'{"approved_at": "2026-11-20T09:30:00Z", "lines": [1]}'
    path.unlink()
    path.with_name(f"{approvals._name(content)}.json").write_bytes(content)
    return "cannot be read (TypeError)"


def of_too_many_digits(path):
    lines = [{"billing_line_id": "a", "amount": "0.0000001", "currency": "EUR"}]
    content = json.dumps({"approved_at": "2026-11-20T09:30:00Z", "approved_by": "a", "note": None, "lines": lines}).encode()
    path.unlink()
    path.with_name(f"{approvals._name(content)}.json").write_bytes(content)
    return "cannot be read (ArrowInvalid)"


def a_folder(path):
    path.unlink()
    path.mkdir()
    return "cannot be read (IsADirectoryError)"


def a_file_for_all(path):
    shutil.rmtree(path.parent)
    path.parent.write_text("")
    return "approvals: cannot be read (Not a directory)"


SPOILT = [edited, renamed, cut_short, of_nothing, of_too_many_digits, a_folder, a_file_for_all]


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda spoil: spoil.__name__)
def test_an_approval_that_is_not_what_was_written_stops_everything(warehouses, exports, capsys, spoil):
    """A night before it begins, an export, and both commands: one line, and nothing is written."""
    approve(exports, "--line", min(held_in(warehouses[0])))
    said = spoil(next((exports / "billing" / "approvals").iterdir()))
    assert said in refused(capsys, exports, "held", "--exports", exports)
    assert said in refused(capsys, exports, "approve", "--exports", exports, "--all", "--by", "Ann")
    before = tree(exports)
    for stopped in (lambda: forbid_lost_exports(exports, remembered_by(None)), lambda: export(warehouses[1], exports, NIGHTS[1])):
        with pytest.raises(UsageError) as raised:
            stopped()
        assert said in str(raised.value)
        assert "\n" not in str(raised.value)
    assert tree(exports) == before


def test_other_things_beside_the_approvals_are_left_alone(warehouses, exports):
    approve(exports, "--all")
    for name in ("README", ".hidden.json", "2026.json.taken-back"):
        (exports / "billing" / "approvals" / name).write_text("?")
    assert export(warehouses[1], exports, NIGHTS[1]).lines > 0


@pytest.mark.parametrize("spoil", [lambda path: path.write_bytes(path.read_bytes()[:-9]), lambda path: path.write_text("?")])
def test_a_list_that_cannot_be_read_is_written_anew(warehouses, exports, capsys, spoil):
    whole = tree(exports)
    spoil(exports / HELD)
    assert "cannot be read" in refused(capsys, exports, "held", "--exports", exports)
    export(warehouses[0], exports, NIGHTS[0])
    assert tree(exports) == whole


# -- at once, and killed ---------------------------------------------------------------------


def test_of_two_approvals_at_once_one_is_first(exports):
    """Both approve all: one of them finds nothing left to approve."""
    words = command("approve", "--exports", exports, "--all", "--by", "Ann")
    both = [subprocess.Popen(words, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(2)]
    assert sorted(one.wait() for one in both) == [0, 2]
    assert len(approvals_in(exports)) == 1


def killed(names: tuple[str, ...], at: int, work, *arguments) -> bool:
    """Whether a process that does the work was killed before its n-th call of these functions of the disk; else it ended
    well."""

    def killing():
        left = [at]

        def counted(function):
            def call(*words, **named):
                left[0] -= 1
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return function(*words, **named)

            return call

        for name in names:
            setattr(os, name, counted(getattr(os, name)))
        work(*arguments)

    process = FORKED.Process(target=killing)
    process.start()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


def test_an_approval_killed_at_any_point_is_there_or_is_not(warehouses, exports, tmp_path):
    """And the next one makes it good: in the end there is one, and everything leaves once."""
    for at in range(1, 20):
        here = Path(shutil.copytree(exports, tmp_path / str(at)))
        if not killed(("mkdir", "fsync", "rename"), at, approve, here, "--all"):
            break
        was_approved = bool(approvals_in(here))
        assert approve(here, "--all") == (2 if was_approved else 0)
        assert len(approvals_in(here)) == 1
        assert not list((here / "billing" / "approvals").glob(".unfinished*"))
    assert at == 5
    export(warehouses[1], here, NIGHTS[1])
    assert set(exported(here)) >= set(held_in(warehouses[0]))


def test_an_export_killed_before_it_renames_carries_what_was_approved_once(warehouses, exports, tmp_path):
    """Its folder, its ledger, its list. The list never shows a line that has left, and the next run leaves the bytes of one
    that nobody killed."""
    assert approve(exports, "--all") == 0
    whole = Path(shutil.copytree(exports, tmp_path / "whole"))
    export(warehouses[1], whole, NIGHTS[1])
    for at in range(1, 20):
        here = Path(shutil.copytree(exports, tmp_path / str(at)))
        if not killed(("rename", "replace"), at, export, warehouses[1], here, NIGHTS[1]):
            break
        assert not set(listing(here).lines) & set(exported(here))
        assert at == 1 or approve(here, "--line", max(exported(here))) == 2
        export(warehouses[1], here, NIGHTS[1])
        assert tree(here) == tree(whole)
    assert at > 4


def test_a_full_disk_leaves_no_approval(exports, monkeypatch, capsys):
    def full(*_):
        raise OSError(28, os.strerror(28))

    for name in ("fsync", "rename", "mkdir"):
        with monkeypatch.context() as patch:
            patch.setattr(os, name, full)
            said = refused(capsys, exports, "approve", "--exports", exports, "--all", "--by", "Ann")
            assert "the approval cannot be written (No space left on device); nothing was approved" in said

