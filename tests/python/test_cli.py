"""The edges of the command: what is given to it, what stops it, and where it writes (run.md). About 15 s of one core."""

import signal
import subprocess
import sys
import threading
import time
import weakref
from datetime import UTC, datetime

import pytest

from headcount import run
from headcount.cli import main
from headcount.errors import CheckFailed, UsageError
from tests.support.command import Place, command, environment, from_scratch, lines_said
from tests.support.nights import instant, land


def refused(capsys, *words) -> str:
    """Exit 2 with one line and nothing else."""
    assert main([str(word) for word in words]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    (line,) = said.err.splitlines()
    assert line.startswith("headcount: ")
    return line


# -- paths -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("words", "option"), [
    (["nightly", "--landing", "", "--warehouse", "w", "--exports", "e"], "--landing"),
    (["nightly", "--landing", "l", "--warehouse", "", "--exports", "e"], "--warehouse"),
    (["nightly", "--landing", "l", "--warehouse", "w", "--exports", " "], "--exports"),
    (["sample", "--landing", ""], "--landing"),
    (["explain", "--warehouse", "", "--customer", "c"], "--warehouse"),
    (["whatif", "--warehouse", "", "--ruleset", "r"], "--warehouse"),
    (["metrics", "--warehouse", "w", "--csv", ""], "--csv"),
    (["metrics", "--warehouse", "w", "--manifest", ""], "--manifest"),
    (["dashboard", "--warehouse", ""], "--warehouse"),
    (["site", "--warehouse", "w", "--output", ""], "--output"),
    (["held", "--exports", ""], "--exports"),
    (["approve", "--exports", " ", "--all", "--by", "Ann"], "--exports"),
])  # fmt: skip
def test_an_empty_path_is_a_mistake_and_not_the_present_folder(words, option, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert f"argument {option}: is empty; name a file or folder" in refused(capsys, *words)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_variable_is_no_path(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HEADCOUNT_LANDING", "")
    assert "--landing is missing" in refused(capsys, "nightly", "--warehouse", tmp_path / "w", "--exports", tmp_path / "e")


def test_a_place_that_cannot_be_read_or_written_is_one_line(tmp_path, capsys):
    assert "File name too long" in refused(capsys, "sample", "--landing", tmp_path / ("a" * 300))


# -- the instant of a night ------------------------------------------------------------------


@pytest.mark.parametrize(("as_of", "saying"), [
    ("2062-06-10T00:00:00Z", "as-of 2062-06-10T00:00:00Z has not come: this machine's clock says 20"),
    ("9999-12-31T23:59:59Z", "as-of 9999-12-31T23:59:59Z has not come"),
    ("0999-12-31T23:59:59Z", "is before the year 1000"),
    ("0001-01-01T00:00:00Z", "is before the year 1000"),
    ("0001-01-01T00:00:00+02:00", "is not an instant"),
    ("9999-12-31T23:59:59-05:00", "is not an instant"),
    ("", "as-of '' is not an instant"),
])  # fmt: skip
@pytest.mark.parametrize("by", ["option", "variable"])
def test_an_instant_that_no_night_can_have_is_refused(as_of, saying, by, tmp_path, monkeypatch, capsys):
    words = ["nightly", "--landing", tmp_path / "l", "--warehouse", tmp_path / "w", "--exports", tmp_path / "e"]
    if by == "option":
        words += ["--as-of", as_of]
    else:
        monkeypatch.setenv("HEADCOUNT_AS_OF", as_of)
        # A variable that is empty is not set: the night is now, and fails for want of a landing zone.
        saying = saying if as_of else "no such folder"
    assert saying in refused(capsys, *words)
    assert list(tmp_path.iterdir()) == []


def test_an_instant_that_has_just_come_is_a_night(monkeypatch):
    now = datetime(2026, 6, 10, tzinfo=UTC)
    monkeypatch.setattr(run, "now", lambda: now)
    monkeypatch.delenv("HEADCOUNT_AS_OF", raising=False)
    assert run.as_of_night(None) == run.as_of_night("2026-06-10T00:00:00Z") == now
    assert run.as_of_night("2026-06-10T02:00:00+02:00") == now
    assert run.as_of_night("1000-01-01T00:00:00Z").year == 1000
    with pytest.raises(UsageError, match="2026-06-10T00:00:01Z has not come: this machine's clock says 2026-06-10T00:00:00Z"):
        run.as_of_night("2026-06-10T00:00:01Z")


def test_dbt_alone_may_look_ahead(monkeypatch):
    monkeypatch.setenv("HEADCOUNT_AS_OF", "2062-06-10T00:00:00Z")
    assert run.as_of() == datetime(2062, 6, 10, tzinfo=UTC)


# -- Ctrl-C and output -----------------------------------------------------------------------


def test_ctrl_c_that_dbt_takes_for_an_error_is_said_as_what_it_is(monkeypatch, capsys, tmp_path):
    def dbt_starts(options):
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise CheckFailed("dbt did not start: no message") from None

    monkeypatch.setattr("headcount.nightly.nightly", dbt_starts)
    before = signal.getsignal(signal.SIGINT)
    assert main(["nightly", "--landing", "l", "--warehouse", str(tmp_path / "w"), "--exports", "e"]) == 1
    assert capsys.readouterr().err == "headcount: stopped; the warehouse in use is as it was before\n"
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_that_comes_while_an_object_goes_away_stops_all_the_same(monkeypatch, capfd, tmp_path):
    def goes_on(options):
        thing = threading.Event()
        # What is raised in here Python says on standard error, and forgets.
        watched = weakref.ref(thing, lambda _: signal.raise_signal(signal.SIGINT))
        del thing
        time.sleep(5)
        return watched

    monkeypatch.setattr("headcount.nightly.nightly", goes_on)
    hook = sys.unraisablehook
    assert main(["nightly", "--landing", "l", "--warehouse", str(tmp_path / "w"), "--exports", "e"]) == 1
    assert capfd.readouterr().err == "headcount: stopped; the warehouse in use is as it was before\n"
    assert sys.unraisablehook is hook


def test_ctrl_c_while_dbt_starts_is_one_line(tmp_path):
    place = Place(tmp_path / "place")
    land(place.landing, 1)
    words = command(*place.words("--as-of", instant(1)))
    with subprocess.Popen(words, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as night:
        for line in night.stderr:
            if "models: " in line:
                break
        # Within dbt: it has been imported and reads the project.
        time.sleep(4)
        night.send_signal(signal.SIGINT)
        said = [line for line in night.stderr.read().splitlines() if not line.startswith("[")]
    assert said == ["headcount: stopped; the warehouse in use is as it was before"]
    assert night.returncode == 1
    assert not place.warehouse.exists()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_output_that_is_no_utf8_is_written_with_escapes(tmp_path, encoding):
    done = from_scratch("sample", "--landing", tmp_path / "東京", "--accounts", "1", "--days", "1", PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr
    assert lines_said(done) == []
    assert r"\u6771\u4eac" in done.stdout
