"""What the result of a night depends on beside the landing zone. A warehouse that was made with something else cannot be
gone on from: what it has judged and sealed would have come out otherwise."""

import hashlib
import json
from importlib.metadata import version

import duckdb

from headcount import __version__
from headcount.project import PROJECT
from headcount.timezones import TZDATA_VERSION

_SEEDS = ("seeds/**/*.csv", "seeds/**/*.yml", "seeds/**/*.parquet")
_SQL = ("dbt_project.yml", "models/**/*.sql", "models/**/*.yml", "macros/**/*.sql", "headcount/landing/*.py")

# How each part is called when it has changed.
_WORDS = {
    "seeds": "the seeds (rules, prices or lists) have changed",
    "sql": "the models or the reading of files have changed",
    "headcount": "headcount's version is another",
    "duckdb": "DuckDB's version is another",
    "tzdata": "the tz database is another",
    "spark": "another engine built the models",
}


def made_with(target: str = "duckdb") -> str:
    """The parts as JSON: fingerprints of seeds and SQL, versions of the rest; that of Spark where it builds the models."""
    parts = {
        "seeds": _fingerprint(_SEEDS),
        "sql": _fingerprint(_SQL),
        "headcount": __version__,
        "duckdb": duckdb.__version__,
        "tzdata": TZDATA_VERSION,
    }
    if target == "spark":
        parts["spark"] = version("pyspark")
    return json.dumps(parts, sort_keys=True)


def what_changed(before: str | None, now: str) -> str | None:
    """Why a warehouse made with `before` cannot be gone on from, in words; None when it can."""
    if before is None:
        return "dbt alone, or an older version, has had the warehouse since the last night"
    then, today = json.loads(before), json.loads(now)
    return next((words for part, words in _WORDS.items() if then.get(part) != today.get(part)), None)


def _fingerprint(patterns: tuple[str, ...]) -> str:
    found = hashlib.sha256()
    for path in sorted(path for pattern in patterns for path in PROJECT.glob(pattern)):
        found.update(str(path.relative_to(PROJECT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()[:16]
