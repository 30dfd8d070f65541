"""What dbt has read of the project, kept between nights on different warehouses.

Reading all of it takes longer than a small night. dbt looks by itself which files have changed since, and reads those
anew; it asks for nothing else to be the same but versions and what profiles.yml takes from the environment.
"""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from headcount.project import PROJECT

_NAME = "partial_parse.msgpack"
_KEPT = PROJECT / "target"


def lend(target: Path, engine: str = "nights") -> None:
    """Give a target folder of dbt that has none what the last night read."""
    if not (target / _NAME).exists():
        with suppress(OSError):
            target.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(_KEPT / engine / _NAME, target / _NAME)


def keep(target: Path, engine: str = "nights") -> None:
    """Keep what a night has read. Where the project's folder may not be written, the next one reads it again."""
    with suppress(OSError):
        folder = _KEPT / engine
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as beside:
            os.replace(shutil.copyfile(target / _NAME, Path(beside) / _NAME), folder / _NAME)
