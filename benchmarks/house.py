"""Measures the house at git revisions, without building anything: what a change touches, how far the data goes, what grew.

    python -m benchmarks.house
    python -m benchmarks.house --revision 0e6d302 --revision HEAD --table bookings --condition event_ticket

It prints a Markdown table with a column for each revision. Files are read from git, as they were committed.
"""

from __future__ import annotations

import argparse
import io
import re
import subprocess
import sys
import tarfile
from collections import Counter
from pathlib import PurePosixPath

import yaml

from benchmarks.house_graph import longest_path, macros_opened
from headcount.project import PROJECT

# What is written by people; locked requirements and canaries, which are wrong on purpose, are no part of a change.
SUFFIXES = (".sql", ".yml", ".py", ".md", ".csv")
NOT_COUNTED = ("tests/canaries/",)
MACRO_MODELS = ("int_bookings__judged", "int_edits__judged")
FOLDERS = {
    "SQL .sql": ("models/staging", "models/intermediate", "models/marts", "models/exports", "macros"),
    "YAML .yml": ("models", "macros", "seeds", "charts"),
    "Python .py": ("headcount", "tests", "benchmarks"),
}


def files_at(revision: str) -> dict[str, str]:
    """Path to text of what the house is made of at this revision."""
    done = subprocess.run(["git", "archive", "--format=tar", revision], cwd=PROJECT, capture_output=True)
    if done.returncode:
        print(f"revision {revision}: git cannot read it ({done.stderr.decode().strip()}); name another", file=sys.stderr)
        sys.exit(2)
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        return {
            member.name: archive.extractfile(member).read().decode("utf-8")
            for member in archive.getmembers()
            if member.isfile() and member.name.endswith(SUFFIXES) and not member.name.startswith(NOT_COUNTED)
        }


def naming(files: dict[str, str], word: re.Pattern) -> dict[str, int]:
    """How many files name it, and of them how many are code, tests and pages."""
    kinds = Counter(
        "pages" if name.endswith(".md") else "tests" if name.startswith("tests/") else "code"
        for name, text in files.items()
        if word.search(text)
    )
    return {"": kinds.total(), **{f", {kind}": kinds[kind] for kind in ("code", "tests", "pages")}}


def lines(files: dict[str, str], folder: str, suffix: str) -> int:
    return sum(text.count("\n") for name, text in files.items() if name.startswith(folder) and name.endswith(suffix))


def unit_tests(files: dict[str, str]) -> list[str]:
    """The model of each unit test."""
    read = [yaml.safe_load(text) for name, text in files.items() if name.startswith("models/") and name.endswith(".yml")]
    return [test["model"] for content in read for test in (content or {}).get("unit_tests") or []]


def suffixes(files: dict[str, str]) -> Counter:
    """What follows the two underscores in the names of models, and how often."""
    stems = [PurePosixPath(name).stem for name in files if name.startswith("models/") and name.endswith(".sql")]
    return Counter(stem.split("__", 1)[1] for stem in stems if "__" in stem)


def measures(files: dict[str, str], table: str, condition: str) -> list[tuple[str, int]]:
    """Every measure with its name, in the order of the table."""
    models = [name for name in files if name.startswith("models/") and name.endswith(".sql")]
    tested, named = unit_tests(files), suffixes(files)
    # The table as a word, or within the name of a model that stands for it alone; prose counts too.
    words = {f"landed table `{table}`": rf"(?:\b|_){table}(?:\b|__)", f"condition `{condition}`": rf"\b{condition}\b"}
    return [
        *(
            (f"files that name the {what}{kind}", count)
            for what, word in words.items()
            for kind, count in naming(files, re.compile(word)).items()
        ),
        *((f"macros to open to read `{model}`", len(macros_opened(files, model))) for model in MACRO_MODELS),
        ("models", len(models)),
        ("models on the longest path from a source", len(longest_path(files)) - 1),
        ("models with unit tests", len(set(tested))),
        ("unit tests", len(tested)),
        *(
            (f"lines of {language.split()[0]} in `{folder}`", lines(files, folder + "/", language.split()[1]))
            for language, folders in FOLDERS.items()
            for folder in folders
        ),
        ("suffixes of models", len(named)),
        ("suffixes that occur once", sum(count == 1 for count in named.values())),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.house", description=__doc__.splitlines()[0])
    parser.add_argument("--revision", action="append", help="a git revision; several give several columns; default: HEAD")
    parser.add_argument("--table", default="bookings", help="a landed table; default: bookings")
    parser.add_argument("--condition", default="event_ticket", help="a kind of activity; default: event_ticket")
    parser.add_argument("--path", action="store_true", help="also the longest path, model by model")
    chosen = parser.parse_args()
    revisions = chosen.revision or ["HEAD"]
    files = {revision: files_at(revision) for revision in revisions}
    columns = [dict(measures(files[revision], chosen.table, chosen.condition)) for revision in revisions]
    print(f"| measure | {' | '.join(revisions)} |\n| --- |{' ---: |' * len(revisions)}")
    for name in columns[0]:
        print(f"| {name} | {' | '.join(f'{column[name]:,}' for column in columns)} |")
    for revision in revisions if chosen.path else ():
        print(f"\n{revision}: {' > '.join(longest_path(files[revision]))}")


if __name__ == "__main__":
    main()
