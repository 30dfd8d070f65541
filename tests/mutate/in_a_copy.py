"""What only nights show that go on from one another, or what dbt decides while it reads: the tests of nights, in a copy of the
project that has the change. Two minutes a change that is seen, four one that is not."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.mutate.texts import Mutant
from tests.support.recipe import copy_project, environment

# What a night leaves to another, which rows it tests, and what dbt alone may do; the first that fails is enough.
TESTS = (
    "tests/python/test_nights.py",
    "tests/python/test_check.py",
    "tests/python/test_nightly.py::test_dbt_alone_builds_the_same_marts",
)


def failing_test(change: Mutant) -> str | None:
    """The first test that fails or cannot run, by name."""
    with tempfile.TemporaryDirectory() as folder:
        project = copy_project(Path(folder) / "project")
        (project / change.path).write_text(change.text(), "utf-8")
        words = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *TESTS]
        done = subprocess.run(words, cwd=project, env=environment(project), capture_output=True, text=True)
    if done.returncode == 0:
        return None
    failed = re.search(r"^(?:FAILED|ERROR) (?:\S*/)?(\S+)", done.stdout, re.MULTILINE)
    return f"pytest {failed.group(1) if failed else TESTS[0]}"
