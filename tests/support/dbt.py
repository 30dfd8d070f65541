"""dbt in a process of its own, on any warehouse, with what has been read of the project before.

    python -m tests.support.dbt WAREHOUSE TARGET-FOLDER WORDS...

It goes the way of a night (headcount/nightly/models.py): whatever profiles.yml would take from the environment is as a night
has it, so that they share what dbt reads. To read all of the project takes 13 s of one core.
"""

import os
import subprocess
import sys
from pathlib import Path

from headcount import run
from headcount.project import PROFILES, PROJECT
from tests.support.command import environment


def dbt(warehouse: Path | str, target: Path, *words, **settings: str) -> Path:
    """Run dbt, which has to end well; the folder in which it leaves what it makes."""
    command = [sys.executable, "-m", "tests.support.dbt", str(warehouse), str(target), *map(str, words)]
    done = subprocess.run(command, cwd=PROJECT, env=environment(**settings), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return target


def main(warehouse: str, target: str, *words: str) -> int:
    from dbt.cli.main import dbtRunner

    from headcount.dbt_plugin import Plugin
    from headcount.nightly import parsed

    os.environ["HEADCOUNT_MEMORY"] = run.memory()
    Plugin.warehouse = warehouse
    parsed.lend(Path(target))
    places = ["--profiles-dir", str(PROFILES), "--target-path", target, "--log-path", str(Path(target) / "logs")]
    done = dbtRunner().invoke(["--quiet", *words, *places])
    parsed.keep(Path(target))
    if not done.success:
        print(done.exception or "", file=sys.stderr)
    return 0 if done.success else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
