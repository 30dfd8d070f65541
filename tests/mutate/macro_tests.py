"""The tests of the macros (arithmetic, published figures), run in this process with the project as it is changed."""

from __future__ import annotations

import io
from contextlib import redirect_stderr, redirect_stdout

import pytest

from headcount.project import PROJECT
from tests.mutate.project import Project
from tests.support import macros

TESTS = [str(PROJECT / "tests" / "python" / f"{name}.py") for name in ("test_macros", "test_published_figures")]


class _Result:
    """Remembers the first test that has failed."""

    first = None

    def pytest_runtest_logreport(self, report):
        if report.failed and self.first is None:
            self.first = report.nodeid.split("/")[-1]


def use(project: Project) -> None:
    """From now on those tests have their calls compiled by this project, which is open, and read none of their own."""

    class Compiler:
        def __init__(self, folder):
            pass

        def compiled(self, calls):
            try:
                return {name: project.sql_of("{{ " + call + " }}") for name, call in calls.items()}
            except Exception as error:
                raise macros.CompileError(str(error)) from error

    macros.Compiler = Compiler


def failing_macro_test() -> str | None:
    """The first test that fails, by name."""
    result = _Result()
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        code = pytest.main(["-x", "-q", "-p", "no:cacheprovider", *TESTS], plugins=[result])
    assert code in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED), f"pytest did not run: {code!r}"
    return result.first and f"pytest {result.first}"
