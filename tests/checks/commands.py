"""Runs other programs for the checks, in an environment that does not depend on the caller's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.checks.report import ROOT

# Where the checks put what they make; nothing of it is read by `make build`.
WORK = ROOT / "build" / "test"

# The instant that the sample landing zone is made for; the Makefile names the same one.
AS_OF = os.environ.get("HEADCOUNT_AS_OF", "2026-11-01T00:00:00Z")


def environment(target: str = "target", landing: str = "no_landing") -> dict[str, str]:
    """The caller's environment without its own settings of dbt and headcount, with those of the checks.

    Checks that only read files get a landing zone without a table; the project takes that for a vendor without rows.
    """
    (WORK / "no_landing").mkdir(parents=True, exist_ok=True)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DBT_", "HEADCOUNT_", "SQLFLUFF_", "PYTEST_"))
    }
    return kept | {
        "DBT_LOG_PATH": str(WORK / "logs"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_TARGET_PATH": str(WORK / target),
        "HEADCOUNT_AS_OF": AS_OF,
        "HEADCOUNT_EXPORTS": str(WORK / "exports"),
        "HEADCOUNT_LANDING": str(WORK / landing),
        "HEADCOUNT_WAREHOUSE": str(WORK / "headcount.duckdb"),
        "NO_COLOR": "1",
        "PYTHONUNBUFFERED": "1",
    }


def program(name: str) -> str:
    """A program of the same virtual environment as this Python."""
    return str(Path(sys.executable).parent / name)


def run(*command: str, cwd: Path = ROOT, target: str = "target", landing: str = "no_landing") -> int:
    """Runs a command with its output shown as it comes, and returns its exit code."""
    sys.stdout.flush()
    return subprocess.run(command, cwd=cwd, env=environment(target, landing), stdin=subprocess.DEVNULL).returncode


def captured(*command: str, cwd: Path = ROOT, target: str = "target") -> subprocess.CompletedProcess[str]:
    """Runs a command and returns what it printed, for a check to read."""
    return subprocess.run(
        command,
        cwd=cwd,
        env=environment(target),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
