"""One JSON line of what a command did, in a file, for whoever watches it (`--json FILE`)."""

import json
import os
import time
from pathlib import Path

from headcount.errors import UsageError
from headcount.written import whole_file

_noted: dict = {}


def note(**figures) -> None:
    """Keep figures for the line; a later word on the same has the last one."""
    _noted.update(figures)


class Results:
    """The line of one command. What stands in the file from an earlier run goes away at once: no line is no result."""

    def __init__(self, path: Path, command: str):
        if not path.parent.is_dir() or path.is_dir() or not os.access(path.parent, os.W_OK):
            raise UsageError(f"--json {path}: cannot be written there; name a file in a folder that is there")
        self._path, self._command, self._begun = path, command, time.monotonic()
        _noted.clear()
        if path.is_file():
            path.unlink()

    def write(self, exit_code: int, error: str | None) -> None:
        """Write what was noted, with how it ended."""
        ended = {"command": self._command, "exit_code": exit_code, "error": error}
        figures = {} if error else _noted
        seconds = round(time.monotonic() - self._begun, 1)
        with whole_file(self._path) as file:
            file.write(json.dumps(ended | figures | {"seconds": seconds}, default=str, ensure_ascii=False) + "\n")
