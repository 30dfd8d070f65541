"""DuckDB's extensions for databases, from the pinned packages: nothing is asked of another machine."""

import importlib
import os
import tempfile
from pathlib import Path

import duckdb

from headcount.sql import text
from headcount.warehouse import in_memory


def connection_with(name: str) -> duckdb.DuckDBPyConnection:
    """An empty database in memory, with the extension `postgres`, `mysql` or `sqlite`."""
    connection = in_memory()
    connection.execute("set autoinstall_known_extensions = false; set autoload_known_extensions = false")
    # What the user keeps for DuckDB elsewhere would sign in as somebody else.
    connection.execute(f"set secret_directory = {text(Path(tempfile.gettempdir()) / f'headcount.{os.getpid()}.secrets')}")
    connection.execute(f"set memory_limit = {text(os.environ.get('HEADCOUNT_MEMORY', '1500MB'))}")
    package = importlib.import_module(f"duckdb_extension_{name}")
    packed = next(Path(package.__file__).parent.glob(f"extensions/v{duckdb.__version__}/*.duckdb_extension"))
    # DuckDB looks in a file for what the file is called: the package's own name for it is another.
    with tempfile.TemporaryDirectory(prefix="headcount-extension-") as folder:
        link = Path(folder) / f"{name}_scanner.duckdb_extension"
        link.symlink_to(packed)
        connection.load_extension(str(link))
    return connection
