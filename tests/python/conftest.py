"""What the Python tests share: the compiled project, once for all of them."""

import fcntl
import json
import os
from pathlib import Path

import pytest

from tests.support.warehouse import Compiled, compile_project


@pytest.fixture(scope="session")
def compiled_folder(tmp_path_factory) -> Path:
    """Where the project is compiled to. Test processes that run side by side do it once between them (about 15 s)."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    folder = Path(folder) / "compiled"
    folder.mkdir(exist_ok=True)
    with open(folder / "lock", "a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder / "done"
        if not done.exists():
            compile_project(folder)
            done.touch()
    return folder


@pytest.fixture(scope="session")
def compiled(compiled_folder) -> Compiled:
    """The compiled project."""
    return Compiled(json.loads((compiled_folder / "target" / "manifest.json").read_text()))


@pytest.fixture(scope="session")
def semantic_manifest(compiled_folder) -> Path:
    """The semantic layer of the compiled project, as MetricFlow reads it."""
    return compiled_folder / "target" / "semantic_manifest.json"
