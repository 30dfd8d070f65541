"""A copy of the warehouse in use, in a folder that goes away."""

import shutil
import tempfile
from pathlib import Path

from headcount.errors import CheckFailed
from headcount.warehouse import FILE_NAME, open_warehouse


class Copy:
    """Stands in the place of a night's state (headcount/nightly/state.py), of which it has what building asks for. No lock is
    held: a night puts another file in the warehouse's place, and the copy is whole all the same."""

    def __init__(self, warehouse: Path):
        self.warehouse = warehouse.resolve()

    def __enter__(self):
        # While it is open for reading, nobody writes to the file.
        with open_warehouse(self.warehouse):
            self.folder = Path(tempfile.mkdtemp(prefix="headcount-preview-"))
            self.building, self.landing = self.folder / FILE_NAME, self.folder / "landing"
            try:
                shutil.copyfile(self.warehouse, self.building)
            except BaseException:
                shutil.rmtree(self.folder, ignore_errors=True)
                raise
        return self

    def __exit__(self, _, error, __):
        # What could not be built stays to be looked at.
        if not isinstance(error, CheckFailed):
            shutil.rmtree(self.folder, ignore_errors=True)

    def keep_failed(self) -> Path:
        """The file that was being built."""
        return self.building
