"""SQL that reads files of the landing zone as they are: nothing is guessed, and a name is a name."""

import atexit
import itertools
import os
import re
import shutil
import tempfile
from functools import cache
from pathlib import Path

from headcount.landing.zone import LandedFile
from headcount.sql import text

# The longest line that is read. A reader takes a buffer of this size, and each thread has one.
LONGEST_LINE = 16 * 1024 * 1024


def is_gzip(file: LandedFile) -> bool:
    return file.path.name.lower().endswith(".gz")


def is_plain(path: Path) -> bool:
    """Whether DuckDB, which knows UTF-8 only, can name the path."""
    try:
        os.fsencode(path).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def file_column(names: tuple[str, ...] = ()) -> str:
    """The name of the column with the path of each row's file: one that no column of the files has."""
    name = "_landing_file"
    while name in {other.lower() for other in names}:
        name += "_"
    return name


def read_from(file_format: str, files: list[LandedFile], header: tuple[str, ...] = ()) -> str:
    """A table function over files of one shape, with the path of each row's file as `file_column`.

    `header` are the columns of the files. Parquet: each of its own type; CSV: all text. NDJSON has one, `line`.
    """
    file = file_column(header)
    paths = "[" + ", ".join(text(as_read(file.path)) for file in files) + "]"
    if file_format == "parquet":
        return f"read_parquet({paths}, filename = '{file}', hive_partitioning = false, binary_as_string = false)"
    names = header if file_format == "csv" else ("line",)
    columns = "{" + ", ".join(f"{text(name)}: 'VARCHAR'" for name in names) + "}"
    # RFC 4180 to the letter. A line of NDJSON is a row of one column: no byte that JSON may hold separates or quotes.
    dialect = (
        "header = true, delim = ',', quote = '\"', escape = '\"', nullstr = '', strict_mode = true"
        if file_format == "csv"
        else "header = false, delim = chr(1), quote = '', escape = '', nullstr = chr(2), strict_mode = false"
    )
    packed = "gzip" if is_gzip(files[0]) else "none"
    read = (
        f"read_csv({paths}, columns = {columns}, auto_detect = false, {dialect}, comment = '', compression = '{packed}', "
        f"max_line_size = {LONGEST_LINE}, buffer_size = {LONGEST_LINE}, filename = '{file}', hive_partitioning = false)"
    )
    return read if file_format == "csv" else f"(select * from {read} where trim(line, ' ' || chr(9) || chr(13)) != '')"


def file_said(path: Path) -> str:
    """What a row read from the file has as its `file_column`."""
    return str(path if is_plain(path) else _link(path))


def as_read(path: Path) -> str:
    """The path as DuckDB takes it: characters of patterns stand for themselves."""
    name = file_said(path)
    return re.sub(r"[*?\[]", r"[\g<0>]", name) if re.search(r"[*?\[]", name) else name


@cache
def _link(path: Path) -> Path:
    """A link with a name that DuckDB can say; it lasts as long as this process."""
    link = Path(file_of_this_process())
    os.symlink(path, link)
    return link


def file_of_this_process(ending: str = "") -> str:
    """A path that nothing has yet, in a folder that goes away with this process."""
    return f"{_folder()}/{next(_numbers)}{ending}"


_numbers = itertools.count(1)


@cache
def _folder() -> str:
    folder = tempfile.mkdtemp(prefix="headcount-landing-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
