"""What a refused night looks like: exit code 2, one line, the file named and no other, nothing written."""

import ctypes
import os
import subprocess
from pathlib import Path

from tests.support.command import Place, from_scratch, headcount, lines_said

# Linux's numbers: to take from the set that a program may have the right to read in spite of permissions.
PR_CAPBSET_DROP, OVERRIDING = 24, (1, 2)


def refused(place: Place, as_of: str, named: str | Path, *words, unprivileged: bool = False) -> str:
    """Run a night that has to be refused, and give the line that it says; `named` is in it and no other file is.

    `unprivileged` runs it without the right to read what its user may not, which the tests themselves may have.
    """
    before = entries(place.folder)
    done = run(place, as_of, *words, unprivileged=unprivileged)
    said = lines_said(done)
    assert done.returncode == 2, f"exit {done.returncode}: {said or done.stdout[-300:]}"
    assert "Traceback" not in done.stderr
    assert len(said) == 1, said
    (line,) = said
    assert line.startswith("headcount: ")
    assert str(named) in line, f"{named} is not in: {line}"
    others = {name for name in files_below(place.landing) if not name.startswith(str(named)) and name not in str(named)}
    assert not {name for name in others if name in line}, line
    assert done.stdout == ""
    assert entries(place.folder) == before
    return line


def refused_on_both(place: Place, as_of: str, named: str | Path, *words) -> str:
    """A refused night, and the same with its models on Spark: the same line, exit code 2 and nothing written. Needs neither
    pyspark nor Java, since all that is refused is refused before Spark is started."""
    line = refused(place, as_of, named, *words)
    before = entries(place.folder)
    done = headcount(*place.words("--as-of", as_of, "--target", "spark", *words), before=as_if_spark_were_here)
    assert (done.returncode, lines_said(done), done.stdout) == (2, [line], ""), done.stderr
    assert entries(place.folder) == before
    return line


def as_if_spark_were_here() -> None:
    """Makes this process one that finds nothing missing of what Spark needs."""
    from headcount.nightly import made_with
    from headcount.spark import needs

    needs.forbid_missing = lambda: None
    made_with.version = lambda package: "4"


def run(place: Place, as_of: str, *words, unprivileged: bool = False) -> subprocess.CompletedProcess:
    """The night, with what it says as text in which any byte can stand."""
    night = place.words("--as-of", as_of, *words)
    if unprivileged and os.geteuid() == 0:
        # A right is lost by a process that starts, not by one that is forked.
        return from_scratch(*night, before=obey_permissions)
    return headcount(*night)


def obey_permissions() -> None:
    """Makes this process one whose root may not read what nobody may."""
    for right in OVERRIDING:
        ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, right, 0, 0, 0)


def files_below(landing: Path) -> list[str]:
    """The names of the files as a message would have them."""
    return [os.path.relpath(os.path.join(folder, name), landing)
            for folder, _, names in os.walk(landing) for name in names]  # fmt: skip


def entries(folder: Path) -> dict[str, tuple]:
    """Every entry with what would change if somebody wrote to it; pipes and locked folders are not opened."""
    found = {}
    for where, folders, names in os.walk(folder):
        for name in (*folders, *names):
            path = os.path.join(where, name)
            status = os.lstat(path)
            # A folder's own instant tells of a file that came and went, as a lock does.
            is_folder = name in folders
            written = () if is_folder else (status.st_size, status.st_mtime_ns)
            found[os.path.relpath(path, folder)] = (status.st_mode, *written)
    return found
