"""Landing files broken at random, and what the readers make of a zone that holds one."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from headcount.errors import HeadcountError
from headcount.landing import inspect, landing_contract, register
from tests.support import small_house as small
from tests.support.command import Place
from tests.support.physical import NAMES, unlike_the_contract
from tests.support.refusals import files_below, refused
from tests.support.small_house import NIGHT1

ENDINGS = ("csv", "csv.gz", "ndjson", "parquet")
SQL = [
    "'; drop table marts.runs; --", '"; drop schema landing cascade; --', "') union all select 1 --", "{{ 1/0 }}", "{% raw %}",
    "$$; attach 'x' as y; $$", "\\'; select 1; --", "/* x", "*/", "?; :x $1 %s %(x)s {0}", "';;';", '""', "''''", "`x`",
    "\\", "\\x00",
    "=HYPERLINK(\"x\")", "../../etc/passwd", "read_csv('/etc/passwd')", "\u2019; drop table runs; --", "null", "NULL",
    "-- x", "# x",
]  # fmt: skip
TEXTS = [
    b"\x00", b"\x00" * 1000, b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\xbd", b"\xc0\xaf", b'"', b'""', b'"""', b"'", b",",
    b"\r", b"\n\n\n",
    b"\r\n", b"\x1a", b"\x0b\x0c", b"\\", b"[" * 20_000, b"{" * 20_000, b'{"a":' * 5_000, b"9" * 50_000, b"1e999999",
    b"\xe2\x80\xa8", b"x" * 300_000,
    *(text.encode() for text in SQL),
]  # fmt: skip


def flip(content: bytes, draw: random.Random) -> bytes:
    spoiled = bytearray(content)
    for _ in range(draw.choice([1, 1, 3, 30])):
        spoiled[draw.randrange(len(spoiled))] = draw.randrange(256)
    return bytes(spoiled)


def cut(content: bytes, draw: random.Random) -> bytes:
    return content[: draw.randrange(len(content))]


def cut_out(content: bytes, draw: random.Random) -> bytes:
    start = draw.randrange(len(content))
    return content[:start] + content[start + draw.randint(1, 50) :]


def blank_out(content: bytes, draw: random.Random) -> bytes:
    start, length = draw.randrange(len(content)), draw.randint(1, 200)
    return content[:start] + draw.choice([b"\x00", b"\xff"]) * len(content[start : start + length]) + content[start + length :]


def repeat(content: bytes, draw: random.Random) -> bytes:
    start = draw.randrange(len(content))
    return content[: start + 40] + content[start:]


def insert(content: bytes, draw: random.Random) -> bytes:
    start = draw.randrange(len(content) + 1)
    return content[:start] + draw.choice(TEXTS) + content[start:]


def start_with(content: bytes, draw: random.Random) -> bytes:
    return draw.choice([b"\xef\xbb\xbf", b"PAR1", b"\x1f\x8b", b"PK\x03\x04", b"\n", b" ", b"\x00", b"%PDF-1.7\n"]) + content


def other_code_page(content: bytes, draw: random.Random) -> bytes:
    return content.decode("utf-8", "replace").encode(draw.choice(["utf-16", "utf-32", "utf-16-le", "utf-7"]))


def nothing(content: bytes, draw: random.Random) -> bytes:
    return draw.choice([b"", b"\n", b"\x00", b" ", b"\r\n\r\n", b"\xef\xbb\xbf", b"PAR1PAR1"])


def anything(content: bytes, draw: random.Random) -> bytes:
    return draw.randbytes(draw.randint(1, 3000))


WAYS: list[Callable[[bytes, random.Random], bytes]] = [
    flip, flip, cut, cut_out, blank_out, repeat, insert, insert, start_with, other_code_page, nothing, anything,
]  # fmt: skip


def break_house(place: Place, seed: int) -> str:
    """The house with one broken file of its bookings between two good ones; gives its path within the zone."""
    draw = random.Random(seed)
    ending = draw.choice(ENDINGS)
    folder = small.write_house(place.landing, skip=("bookings",)) / "bookings"
    rows = [small.booking(f"b{n}", draw.choice(["101", "102"]), resource_name=draw.choice(["x", "\u65e5"])) for n in range(30)]
    for name in ("a", "z"):
        small.WRITERS[ending](folder / f"{name}.{ending}", [small.booking(f"b-{name}")])
    path = small.WRITERS[ending](folder / f"{draw.choice(NAMES)}-broken.{ending}", rows)
    if ending == "parquet" and draw.random() < 0.5:
        _write_odd_parquet(path, rows, draw)
        if draw.random() < 0.5:
            return str(path.relative_to(place.landing))
    content = path.read_bytes()
    if ending == "csv.gz" and draw.random() < 0.6:
        content = gzip.compress(draw.choice(WAYS)(gzip.decompress(content), draw), mtime=0)
    else:
        content = draw.choice(WAYS)(content, draw)
    path.write_bytes(content)
    return str(path.relative_to(place.landing))


def _write_odd_parquet(path: Path, rows: list[dict], draw: random.Random) -> None:
    """Other types than the contract's, plain pages that are easily broken, names of columns that are SQL."""
    texts = [{name: value or None for name, value in row.items()} for row in rows]
    columns = unlike_the_contract([{**row, **dict.fromkeys(_NOT_TEXT)} for row in texts], "bookings", draw)
    for name in _NOT_TEXT:
        columns[name] = small.column([row[name] for row in texts])
    for name in draw.sample(SQL, 3):
        columns[name] = pa.array([draw.choice(SQL)] * len(rows))
    pq.write_table(pa.table(columns), path, use_dictionary=False, compression=draw.choice(["none", "snappy", "zstd"]),
        row_group_size=7)


_NOT_TEXT = ("price", "booked_at", "starts_at", "ends_at", "cancelled_at", "_loaded_at", "_deleted")


# -- what becomes of it ----------------------------------------------------------------------


def outcome(landing: str) -> tuple[str, str]:
    """Whether the readers read the zone (and how many rows), refuse it in their own words, or raise something else."""
    try:
        with duckdb.connect(config={"memory_limit": "1500MB", "threads": 2}) as connection:
            connection.execute("set TimeZone = 'UTC'")
            register(connection, inspect(Path(landing)))
            return "read", json.dumps({table: _rows(connection, table) for table in landing_contract()})
    except HeadcountError as error:
        return "refused", str(error)
    except Exception as error:
        return "raised", f"{type(error).__name__}: {error}"


def _rows(connection, table: str) -> int:
    """The rows of a landed table, each value of which has been looked at."""
    return connection.execute(f"select count(*), bit_xor(hash(landed)) from landing.{table} as landed").fetchone()[0]


def judge(place: Place, named: str, found: tuple[str, str]) -> None:
    """Raises AssertionError unless the zone was read, or refused in one line that names the broken file and no other.

    What the readers do not say themselves the whole command may still say, before anything is written.
    """
    kind, said = found
    if kind == "raised":
        refused(place, NIGHT1, named)
    if kind == "refused":
        assert len(said.splitlines()) == 1, said
        assert "\x00" not in said, said
        assert named in said, f"{named} is not in: {said}"
        assert not {name for name in files_below(place.landing) if name != named and name in said}, said
    if kind == "read":
        assert json.loads(said)["bookings"] >= 2
