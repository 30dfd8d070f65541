"""What the Python tests share: the compiled project, once for all of them."""

import fcntl
import json
import os
from pathlib import Path

import duckdb
import pytest

from headcount.sample import SAMPLE_AS_OF, write_sample
from tests.fuzz import spelled
from tests.nights import apart
from tests.support import servers
from tests.support.holds import seeds_with_holds
from tests.support.replayed import Replay, record
from tests.support.warehouse import DATABASE, Compiled, build, compile_project

# Groups of minutes, the longest first: whichever process is free takes the next group, and none should begin at the end.
LONG = ("nights", "sample", "kill", "cases", "case nights", "promises")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Tests of one file are a group where they are in no other: one process makes what they share."""
    for item in items:
        if not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
    ranks = {group: rank for rank, group in enumerate(LONG)}
    items.sort(key=lambda item: ranks.get(item.get_closest_marker("xdist_group").args[0], len(LONG)))


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
def replay(compiled, tmp_path_factory) -> Replay:
    """The project's SQL as dbt made it for a night that goes on. Tests that replay it are in the group "nights"."""
    return apart(record, tmp_path_factory.mktemp("recorded") / "night", compiled)


@pytest.fixture(scope="session")
def semantic_manifest(compiled_folder) -> Path:
    """The semantic layer of the compiled project, as MetricFlow reads it."""
    return compiled_folder / "target" / "semantic_manifest.json"


@pytest.fixture(scope="session")
def sample_warehouse(compiled, tmp_path_factory) -> Path:
    """A small sample with held lines, built into a file. Tests that look at it are in one group, so that one process
    makes it."""
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder / "landing", accounts=2, days=90)
    file = folder / f"{DATABASE}.duckdb"
    seeds = seeds_with_holds(folder / "seeds")
    build(compiled, folder / "landing", spelled(SAMPLE_AS_OF), seeds=seeds, file=file).close()
    return file


@pytest.fixture(scope="module")
def sample(sample_warehouse):
    """A connection to the sample that may write, for one module: while it is open no other may read the file."""
    with duckdb.connect(str(sample_warehouse)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        yield connection


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL server of these tests; starting takes a second."""
    with servers.postgres() as server:
        yield server


@pytest.fixture(scope="session")
def mariadb():
    """A MariaDB server of these tests; starting takes four seconds."""
    with servers.mariadb() as server:
        yield server
