"""`make test` tells the truth: it closes with the sum, and what crashed, did nothing or could not run is a failure."""

import json
import os
import signal
import subprocess
import time

import pytest

from tests import run, steps
from tests.checks.report import Outcome


def passing() -> Outcome:
    """passes"""
    return Outcome(passed=2)


def failing() -> Outcome:
    """fails"""
    return Outcome(passed=1, failed=1)


def crashing() -> Outcome:
    """crashes"""
    raise RuntimeError("on purpose")


def idle() -> Outcome:
    """checks nothing"""
    return Outcome()


def dying() -> Outcome:
    """is killed"""
    os.kill(os.getpid(), signal.SIGKILL)


def telling() -> Outcome:
    """says it by a program, after the others have ended"""
    time.sleep(0.5)
    subprocess.run(["echo", "told"], check=True)
    return Outcome(passed=1)


@pytest.mark.parametrize(
    ("chosen", "code", "last"),
    [
        ([passing], 0, "2 passed, 0 failed"),
        ([failing, passing], 1, "3 passed, 1 failed"),
        ([crashing, passing], 1, "2 passed, 1 failed"),
        ([idle], 1, "0 passed, 1 failed"),
        ([dying], 1, "0 passed, 1 failed"),
        ([], 1, "0 passed, 0 failed"),
    ],
)
def test_the_last_line_is_the_sum_of_all_steps(capsys, chosen, code, last):
    assert run.perform_all(chosen) == code
    assert capsys.readouterr().out.splitlines()[-1] == last


def test_steps_that_run_side_by_side_speak_in_their_order(capsys):
    assert run.perform_all([telling, failing, passing]) == 1
    said = [line.split(" in ")[0] for line in capsys.readouterr().out.splitlines() if line.startswith(("==", "--", "told"))]
    assert said == [
        "== telling: says it by a program, after the others have ended", "told", "-- telling: 1 passed, 0 failed",
        "== failing: fails", "-- failing: 1 passed, 1 failed",
        "== passing: passes", "-- passing: 2 passed, 0 failed", "== Sum",
    ]  # fmt: skip


def test_what_runs_beside_the_last_step_speaks_after_it_and_counts(capsys, monkeypatch):
    monkeypatch.setattr(run, "LAST", (passing, telling, dying))
    assert run.perform_all([failing, passing, telling, dying]) == 1
    said = [line.split(":")[0] for line in capsys.readouterr().out.splitlines() if line.startswith(("==", "told"))]
    assert said == ["== failing", "== passing", "== telling", "told", "== dying", "== Sum"]


def test_an_unknown_step_is_named(capsys):
    with pytest.raises(SystemExit) as stop:
        run.main(["sqlfluf"])
    assert stop.value.code == 2
    assert "no step is called sqlfluf" in capsys.readouterr().err


def test_dbt_tests_count_and_all_else_only_when_it_fails(tmp_path, monkeypatch, capsys):
    statuses = {
        "model.headcount.good": "success",
        "model.headcount.bad": "error",
        "test.headcount.passes": "pass",
        "test.headcount.warns": "warn",
        "test.headcount.cannot_run": "skipped",
        "unit_test.headcount.passes": "pass",
        "unit_test.headcount.fails": "fail",
        "saved_query.headcount.is_no_test": "no-op",
        "exposure.headcount.is_no_test": "no-op",
        "test.headcount.does_nothing": "no-op",
    }
    (tmp_path / "build").mkdir()
    results = [{"unique_id": name, "status": status} for name, status in statuses.items()]
    (tmp_path / "build" / "run_results.json").write_text(json.dumps({"results": results}), "utf-8")
    monkeypatch.setattr(steps, "WORK", tmp_path)
    assert steps.dbt_results() == Outcome(passed=2, failed=5)
    assert "skipped: test.headcount.cannot_run" in capsys.readouterr().out


def test_a_dbt_run_without_results_is_a_failure(tmp_path, monkeypatch):
    monkeypatch.setattr(steps, "WORK", tmp_path)
    assert steps.dbt_results() == Outcome(failed=1)


def test_tests_of_a_group_run_in_one_process(request, worker_id):
    """What they share is made once then. pytest-xdist tells the groups by the tests' names, which it can cease to do in
    silence."""
    assert worker_id == "master" or request.node.nodeid.endswith("@test_run_of_checks")
