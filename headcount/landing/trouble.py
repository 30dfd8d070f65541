"""What is wrong with a file that cannot be read, in words: the cause, the line, and what to do."""

import csv
import gzip
import io
import json
from collections.abc import Iterator

from headcount.errors import LandingError
from headcount.landing.sql import LONGEST_LINE, is_gzip
from headcount.landing.zone import LandedFile

_ENDS = {b"\r\n": "CR LF", b"\n": "LF"}


def refused(file: LandedFile, why: str) -> LandingError:
    return LandingError(f"{file.name}: {why}; land the file again under a new name")


def spoiled(file: LandedFile, error: Exception) -> LandingError:
    """The error for a file that could not be read, with the cause that a look at the file gives, else the error's own."""
    if isinstance(error, OSError) and error.strerror and not isinstance(error, gzip.BadGzipFile):
        return LandingError(f"{file.name}: cannot be read ({error.strerror}); see that it can be, and run again")
    why = _LOOKS[file.format](file) or _first_line(error, file)
    return refused(file, f"cannot be read as {file.format} ({why})")


def _first_line(error: Exception, file: LandedFile) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    return lines[0].replace(str(file.path), file.path.name)[:160]


def _parquet(file: LandedFile) -> str | None:
    if file.size_bytes == 0:
        return "it is empty"
    with open(file.path, "rb") as opened:
        first = opened.read(4)
        opened.seek(-min(4, file.size_bytes), io.SEEK_END)
        last = opened.read(4)
    if first != b"PAR1":
        return "it does not start as Parquet does"
    if last != b"PAR1":
        return "its end is missing"
    return None


def _csv(file: LandedFile) -> str | None:
    try:
        return next(_faults_of_csv(file), None)
    except (EOFError, gzip.BadGzipFile, gzip.zlib.error) as error:
        return f"its gzip is cut short or damaged: {error}"
    except UnicodeDecodeError:
        return _encoding(file)
    except csv.Error as error:
        return str(error)


def unlike_line_ends(file: LandedFile) -> str | None:
    """What is wrong with a CSV file whose lines do not all end alike: the engine reads some of them, and others not.

    Reads the file to its end, and so looks at the sum at the end of a gzip file, which nobody else does.
    """
    feeds = pairs = 0
    before = b""
    with _opened(file) as binary:
        while chunk := binary.read(2**20):
            feeds += chunk.count(b"\n")
            pairs += (before + chunk).count(b"\r\n")
            before = chunk[-1:]
    # Line feeds within quotes belong to a value: only who has both kinds is looked at line by line.
    return None if pairs in (0, feeds) else next(_unlike_ends(file), None)


def _unlike_ends(file: LandedFile) -> Iterator[str]:
    ends, is_quoted = None, False
    with _opened(file) as binary:
        for number, line in enumerate(binary, 1):
            is_quoted ^= line.count(b'"') % 2 == 1
            end = None if is_quoted else next((end for end in _ENDS if line.endswith(end)), None)
            if end and ends and end != ends:
                yield f"its line ends differ: line {number} has {_ENDS[end]}, those before have {_ENDS[ends]}"
            ends = ends or end


def _faults_of_csv(file: LandedFile) -> Iterator[str]:
    yield from _unlike_ends(file)
    with _opened(file) as binary:
        for number, line in enumerate(binary, 1):
            if len(line) > LONGEST_LINE:
                yield f"line {number} is longer than {LONGEST_LINE // 2**20} MiB"
            line.decode("utf-8")
    with _opened(file) as binary:
        rows = csv.reader(io.TextIOWrapper(binary, encoding="utf-8-sig", newline=""), strict=True)
        csv.field_size_limit(2**31 - 1)
        width = len(next(rows, []))
        before = rows.line_num
        try:
            for row in rows:
                if row and len(row) != width:
                    yield f"line {before + 1} has {len(row)} values, the header line names {width} columns"
                before = rows.line_num
        except csv.Error as error:
            opened_quote = "unexpected end" in str(error)
            yield f"line {before + 1} {'opens a quote that nothing closes' if opened_quote else f'is no CSV: {error}'}"


def _ndjson(file: LandedFile) -> str | None:
    try:
        with _opened(file) as binary:
            for number, line in enumerate(binary, 1):
                if len(line) > LONGEST_LINE:
                    return f"line {number} is longer than {LONGEST_LINE // 2**20} MiB"
                fault = _fault_of_json(line.decode("utf-8-sig" if number == 1 else "utf-8"))
                if fault:
                    return f"line {number} {fault}"
    except UnicodeDecodeError:
        return _encoding(file)
    return None


def _fault_of_json(line: str) -> str | None:
    if not line.strip():
        return None
    try:
        value = json.loads(line)
    except RecursionError:
        return "is nested too deeply"
    except ValueError as error:
        return f"is no JSON: {getattr(error, 'msg', error)}"
    if isinstance(value, dict):
        return None
    kind = "an array" if isinstance(value, list) else f"the value {line.strip()[:20]}"
    return f"is {kind}; NDJSON is one object a line"


def _encoding(file: LandedFile) -> str:
    with _opened(file) as binary:
        start = binary.read(2)
    if start == b"\x1f\x8b":
        return "it is gzip without the ending .gz"
    if start in (b"\xff\xfe", b"\xfe\xff"):
        return "it is UTF-16; only UTF-8 is read"
    with _opened(file) as binary:
        for number, line in enumerate(binary, 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                return f"line {number} is no UTF-8 at byte {error.start + 1}"
    return "it is no UTF-8"


def _opened(file: LandedFile):
    return gzip.open(file.path, "rb") if is_gzip(file) else open(file.path, "rb")


_LOOKS = {"parquet": _parquet, "csv": _csv, "ndjson": _ndjson}
