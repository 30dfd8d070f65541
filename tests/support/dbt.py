"""dbt in a process of its own, as headcount/dbt_run.py runs it."""

import shutil
import subprocess
import sys
from pathlib import Path

from headcount.project import PROJECT
from tests.support.command import environment


def dbt(warehouse: Path | str, target: Path, *words, project: Path = PROJECT, may_fail=False, **settings: str) -> Path:
    """Run dbt, with the code of this project or of a copy; the folder in which it leaves what it makes."""
    command = [sys.executable, "-m", "headcount.dbt_run", str(warehouse), str(target), *map(str, words)]
    where = environment(**settings) | {"PYTHONPATH": str(project)}
    done = subprocess.run(command, cwd=project, env=where, capture_output=True, text=True)
    assert may_fail or done.returncode == 0, done.stdout + done.stderr
    return target


def lend(project: Path) -> None:
    """Give a copy of the project what has been read of this one. Of unit tests that take their rows from a seed, dbt does not
    see that the seed has changed."""
    shutil.copytree(PROJECT / "target" / "nights", project / "target" / "nights")
