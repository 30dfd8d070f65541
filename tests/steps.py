"""What `make test` runs, in order. A step is a function that returns how many checks passed and failed.

To add one: write the function here (or in a file of its own) and name it in STEPS. A step that raises counts as one
failure. Its first line of documentation is its title.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

from tests.checks import bouncer as promises
from tests.checks import linters, sql, style
from tests.checks import properties as yaml_properties
from tests.checks.commands import WORK, program, run
from tests.checks.report import ROOT, Finding, Outcome, judged


def ruff() -> Outcome:
    """Python: ruff"""
    return linters.ruff()


def yamllint() -> Outcome:
    """YAML: yamllint"""
    return linters.yamllint()


def properties() -> Outcome:
    """YAML: every key is one that dbt knows"""
    return yaml_properties.main()


def house_style() -> Outcome:
    """Style: clock, size, names, paths"""
    return style.main()


def bouncer() -> Outcome:
    """Models: the promises of dbt-bouncer.yml"""
    return promises.main()


def sqlfluff() -> Outcome:
    """SQL: sqlfluff"""
    return sql.main()


def dbt_build() -> Outcome:
    """dbt: models with their unit tests and data tests, on a sample landing zone"""
    for made in ("landing", "exports", "build"):
        shutil.rmtree(WORK / made, ignore_errors=True)
    for made in WORK.glob("headcount.duckdb*"):
        made.unlink()
    if run(program("headcount"), "sample", "--landing", str(WORK / "landing"), landing="landing") != 0:
        return judged("sample landing zone", [Finding("headcount sample", 1, "sample", "failed, see above")])
    # A seed that a unit test reads by name is read while parsing, and partial parsing misses its changes.
    code = run(
        *(program("dbt"), "--no-partial-parse", "--no-use-colors", "build"),
        *("--profiles-dir", "profiles", "--target", "duckdb"),
        target="build",
        landing="landing",
    )
    outcome = dbt_results()
    if code != 0 and not outcome.failed:
        outcome += judged("dbt build", [Finding("dbt build", 1, "dbt", f"exit {code}, see above")])
    return outcome


def dbt_results() -> Outcome:
    """Tests that passed; tests that did not, or could not run; and every other node that failed."""
    path = WORK / "build" / "run_results.json"
    if not path.exists():
        return judged("dbt build", [Finding("dbt build", 1, "dbt", "left no results, see above")])
    outcome = Outcome()
    for result in json.loads(path.read_text("utf-8"))["results"]:
        good = result["status"] in ("pass", "success")
        # For saved queries and exposures dbt has nothing to do; tests of their own hold them.
        if result["unique_id"].startswith(("saved_query.", "exposure.")) and result["status"] == "no-op":
            continue
        if not good:
            print(f"  {result['status']}: {result['unique_id']}")
            outcome += Outcome(failed=1)
        elif result["unique_id"].startswith(("test.", "unit_test.")):
            outcome += Outcome(passed=1)
    return outcome


# In the order of tests/python/conftest.py: xdist's own begins a group of few long tests last.
SIDE_BY_SIDE = ("-n", "2", "--dist", "loadgroup", "--no-loadscope-reorder")


def pytest() -> Outcome:
    """Python tests: pytest"""
    report = WORK / "pytest.xml"
    report.unlink(missing_ok=True)
    WORK.mkdir(parents=True, exist_ok=True)
    code = run(sys.executable, "-m", "pytest", *SIDE_BY_SIDE, "-q", f"--junitxml={report}")
    if not report.exists():
        return judged("pytest", [Finding("pytest", 1, "pytest", f"exit {code} without a report, see above")])
    passed = failed = 0
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        count = {name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")}
        failed += count["failures"] + count["errors"]
        passed += count["tests"] - count["failures"] - count["errors"] - count["skipped"]
    if code != 0 and not failed:
        failed = 1
        print(f"  pytest: exit {code}" + (", no test was found" if code == 5 else ""))
    return Outcome(max(passed, 0), failed)


def spark() -> Outcome:
    """The sample's tables on Spark, beside those of the step dbt_build: tests.spark"""
    python = ROOT / "build" / "spark" / "bin" / "python"
    if not python.exists():
        return judged("spark", [Finding("build/spark", 1, "spark", "has to be set up first, by: make spark")])
    done = subprocess.run([python, "-m", "tests.spark", "--tables"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    print(done.stdout, end="", flush=True)
    counted = re.fullmatch(r"(\d+) passed, (\d+) failed", (done.stdout.splitlines() or [""])[-1])
    outcome = Outcome(*map(int, counted.groups())) if counted else Outcome()
    return outcome if outcome.failed or not done.returncode else outcome + Outcome(failed=1)


# Steps that read files and build nothing come first: they are quick, and `make lint` runs only them.
LINTS = (ruff, yamllint, properties, house_style, bouncer, sqlfluff)
STEPS = (*LINTS, dbt_build, pytest)
# Not of everybody's machine: it needs Java, and is asked for.
ASKED_FOR = (spark,)
# After all others, since they need what dbt_build has built.
LAST = (pytest, spark)
