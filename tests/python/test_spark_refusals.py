"""What is wrong with a night is said in the same line whichever engine builds the models, and what goes wrong on Spark
itself in one line too. Needs neither pyspark nor Java."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from headcount.errors import CheckFailed, HeadcountError, LandingError, UsageError
from headcount.spark.build import _emptied
from headcount.spark.failures import failure
from headcount.spark.place import Place as SparkPlace
from tests.support import small_house as small
from tests.support.command import Place
from tests.support.refusals import refused_on_both
from tests.support.small_house import NIGHT1, booking


def unreadable(landing: Path) -> None:
    small.write_bytes(small.empty(landing, "bookings") / "1.parquet", b"PAR1" + bytes(64) + b"PAR1")


def a_damaged_page(landing: Path) -> None:
    """Found only as the rows are read."""
    path = small.empty(landing, "bookings") / "1.parquet"
    small.write_parquet(path, [booking(f"b{number}") for number in range(400)], compression="zstd", use_dictionary=False)
    content = bytearray(path.read_bytes())
    content[4:200] = bytes(196)
    path.write_bytes(content)


def another_kind(landing: Path) -> None:
    small.write_bytes(landing / "bookings" / "1.xlsx", b"PK\x03\x04")


def a_wrong_header(landing: Path) -> None:
    row = booking("b2")
    small.write_csv(landing / "bookings" / "1.csv", [{"id": row.pop("booking_id"), **row}])


def a_row_too_long(landing: Path) -> None:
    path = landing / "bookings" / "0.csv"
    path.write_text(path.read_text().rstrip("\n") + ",x,y\n")


def none(landing: Path) -> None:
    """Nothing is wrong with the zone, but with the words."""


CASES = [
    (unreadable, NIGHT1, "bookings/1.parquet", ()),
    (a_damaged_page, NIGHT1, "bookings/1.parquet", ()),
    (another_kind, NIGHT1, "bookings/1.xlsx", ()),
    (a_wrong_header, NIGHT1, "bookings/1.csv", ()),
    (a_row_too_long, NIGHT1, "bookings/0.csv", ()),
    (none, "2999-01-01T00:00:00Z", "2999-01-01", ()),
    (none, NIGHT1, "nobody-2020-01-01", ("--ruleset", "nobody-2020-01-01")),
    (none, NIGHT1, "nowhere", ("--landing", "nowhere")),
]


@pytest.mark.parametrize(("spoil", "as_of", "named", "words"), CASES, ids=[f"{case[0].__name__} {case[2]}" for case in CASES])
def test_a_refused_night_gets_the_same_line_on_both(tmp_path, spoil, as_of, named, words):
    place = Place(tmp_path / "place")
    small.write_house(place.landing)
    spoil(place.landing)
    refused_on_both(place, as_of, named, *words)


# -- what Spark itself says ------------------------------------------------------------------

SAID = [
    ("[UNABLE_TO_ACQUIRE_MEMORY] Unable to acquire 65536 bytes of memory", CheckFailed, "spark.driver.memory=4g"),
    ("Job aborted due to stage failure: java.lang.OutOfMemoryError: Java heap space", CheckFailed, "spark.driver.memory=4g"),
    ("ExecutorLostFailure (executor 1 exited): Command exited with code 137", CheckFailed, "spark.executor.memory=4g"),
    ("Answer from Java side is empty", CheckFailed, "Spark has ended in the midst of it"),
    ("[Errno 111] Connection refused", CheckFailed, "Spark has ended in the midst of it"),
    ("java.io.IOException: No space left on device", UsageError, "make room"),
    ("Runtime Error in model x\n  [DIVIDE_BY_ZERO] Division by zero", CheckFailed, "int_x could not be built on Spark: [DIVIDE"),
]


@pytest.mark.parametrize(("message", "kind", "saying"), SAID, ids=[message[:24] for message, *_ in SAID])
def test_what_goes_wrong_on_spark_is_one_line(tmp_path, message, kind, saying):
    said = error_of(tmp_path, broken("error", message))
    assert type(said) is kind
    assert saying in str(said)
    assert "\n" not in str(said)


def test_a_failed_test_says_where_its_tables_are(tmp_path):
    said = error_of(tmp_path, broken("fail", "Got 3 results", failures=3), broken("fail", "Got 1 result", failures=1))
    assert "int_x failed on Spark with 3 rows and 1 more" in str(said)
    assert str(tmp_path / "spark" / "tables") in str(said)


def test_dbt_that_did_not_run_is_one_line(tmp_path):
    result = SimpleNamespace(result=None, exception=RuntimeError("Compilation Error\n  no such macro"))
    said = failure(state_of(tmp_path), SparkPlace(tmp_path / "spark"), tmp_path, result)
    assert str(said).startswith("dbt did not run on Spark: Compilation Error; see ")


@pytest.mark.parametrize(("error", "stays"), [(CheckFailed("no"), True), (UsageError("no"), False), (LandingError("no"), False)])
def test_what_spark_was_given_stays_only_where_a_check_failed(tmp_path, error, stays):
    place = SparkPlace(tmp_path / "spark")
    with pytest.raises(HeadcountError), _emptied(place):
        raise error
    assert place.folder.exists() == stays


def broken(status: str, message: str, failures: int | None = None):
    """A node of dbt's that did not succeed."""
    node = SimpleNamespace(name="int_x", original_file_path="models/int_x.sql", compiled_path=None)
    return SimpleNamespace(status=status, message=message, node=node, failures=failures)


def state_of(folder: Path):
    """What an error says of the night's state."""
    return SimpleNamespace(folder=folder, warehouse=folder / "w.duckdb")


def error_of(folder: Path, *results) -> Exception:
    """The error of a build with these results."""
    result = SimpleNamespace(result=SimpleNamespace(results=[broken("success", ""), *results]), exception=None)
    return failure(state_of(folder), SparkPlace(folder / "spark"), folder / "target", result)
