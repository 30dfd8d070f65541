"""The folder in which Spark works: what DuckDB has read for it, its tables, its catalog and its log."""

import hashlib
import os
import shutil
from pathlib import Path

from headcount.errors import UsageError
from headcount.project import PROJECT


class Place:
    """`folder` is seen under the same path by this machine and by every executor."""

    def __init__(self, folder: Path):
        if set("'`\\") & set(str(folder)):
            raise UsageError(f"folder {folder}: Spark cannot be told of a path with a quote or backslash in it; name another")
        self.folder = folder
        self.landed = folder / "landed"
        self.earlier = folder / "earlier"
        self.tables = folder / "tables"
        self.log = folder / "spark.log"

    @classmethod
    def of_night(cls, state_folder: Path) -> "Place":
        """Beside the warehouse, or below HEADCOUNT_SPARK_FOLDER, where each warehouse has a folder of its own."""
        shared = os.environ.get("HEADCOUNT_SPARK_FOLDER")
        if not shared:
            return cls(state_folder / "spark")
        return cls(Path(shared).absolute() / hashlib.sha256(str(state_folder).encode()).hexdigest()[:16])

    @classmethod
    def of_dbt(cls) -> "Place":
        """Where a plain dbt command finds its tables again: HEADCOUNT_SPARK_FOLDER, else a folder of the project."""
        shared = os.environ.get("HEADCOUNT_SPARK_FOLDER")
        return cls(Path(shared).absolute() if shared else PROJECT / "build" / "spark-tables")

    def start_empty(self) -> None:
        """Make the folder, with nothing in it that a killed night has left."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def start_landed(self) -> None:
        """Make the place of what is read anew; the tables stay."""
        shutil.rmtree(self.landed, ignore_errors=True)
        self.landed.mkdir(parents=True)

    def take_away(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def table(self, schema: str, name: str) -> Path:
        """Where Spark keeps the files of a table."""
        return self.tables / f"{schema}.db" / name
