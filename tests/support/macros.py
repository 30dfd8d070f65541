"""The project's macros as SQL: dbt compiles a call, DuckDB runs what comes out."""

import os
from pathlib import Path
from unittest import mock

from dbt.cli.main import dbtRunner

from headcount.project import PROFILES, PROJECT

_MARK = "-- next --"


class CompileError(Exception):
    """dbt refused to compile a call."""


class Compiler:
    """Compiles calls of macros in one process, which reads the project once; `folder` takes dbt's files."""

    def __init__(self, folder: Path):
        self.options = ["--quiet", "--project-dir", str(PROJECT), "--profiles-dir", str(PROFILES), "--target", "lint"]
        self.options += ["--target-path", str(folder / "target"), "--log-path", str(folder / "logs")]
        self.manifest = self._invoke(None, "parse")

    def compiled(self, calls: dict[str, str]) -> dict[str, str]:
        """The SQL of each call, such as `headcount.prorate('amount', 1, 3, 2)`. Raises CompileError."""
        text = f"\n{_MARK}\n".join("{{ " + call + " }}" for call in calls.values())
        results = self._invoke(self.manifest, "compile", "--inline", text)
        return dict(zip(calls, results[0].node.compiled_code.split(_MARK), strict=True))

    def _invoke(self, manifest, command, *arguments):
        said = []
        runner = dbtRunner(manifest=manifest, callbacks=[lambda event: said.append(event.info.msg)])
        with mock.patch.dict(os.environ, {"HEADCOUNT_LANDING": ""}):
            done = runner.invoke([command, *self.options, *arguments])
        if not done.success:
            raise CompileError("\n".join(said))
        return done.result
