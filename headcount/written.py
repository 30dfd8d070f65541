"""What a person asked for: refused before any work where it cannot be written, and there only when it is whole."""

import os
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path

from headcount.errors import UsageError


@contextmanager
def whole_file(path: Path):
    """A text file to write to, under a temporary name beside `path`, renamed to it when the block ends well.

    Raises UsageError at once, one line, where no such file can be written.
    """
    try:
        path = path.resolve()
        if path.is_dir():
            raise UsageError(f"{path} is a folder; name a file")
        if not path.parent.is_dir():
            raise UsageError(f"{path.parent}: no such folder; make it, or name a file elsewhere")
        if path.exists() and not os.access(path, os.W_OK):
            raise UsageError(f"{path} may not be written; name another file")
        # What is there and no file, such as a terminal or a pipe, cannot be renamed to.
        partial = path if path.exists() and not path.is_file() else path.with_name(f".{os.getpid()}.unfinished")
        stream = partial.open("w", newline="", encoding="utf-8")
    except (OSError, RuntimeError) as error:
        raise UsageError(f"{path} cannot be written ({getattr(error, 'strerror', None) or error})") from None
    try:
        with stream:
            yield stream
        if partial != path:
            os.replace(partial, path)
    except BaseException:
        if partial != path:
            partial.unlink(missing_ok=True)
        raise


@contextmanager
def whole_folder(path: Path, mark: str, kind: str):
    """A folder to write to, under a temporary name beside `path`, put in its place when the block ends well. What stands
    there is replaced if it is empty, or holds the file `mark` that makes it one of ours: a `kind`.

    Raises UsageError at once, one line, where no such folder can be written.
    """
    try:
        path = path.resolve()
        if path.exists() and not path.is_dir():
            raise UsageError(f"{path} is a file; name a folder")
        if path.is_dir() and any(path.iterdir()) and not (path / mark).exists():
            raise UsageError(f"{path} has other things in it; name an empty folder or an earlier {kind}")
        made = _missing_above(path)
        making, old = (path.with_name(f".{path.name}.{os.getpid()}{end}") for end in ("", ".old"))
        making.mkdir(parents=True)
    except (OSError, RuntimeError) as error:
        raise UsageError(f"{path} cannot be written ({getattr(error, 'strerror', None) or error})") from None
    try:
        yield making
        (making / mark).touch()
        if path.exists():
            os.replace(path, old)
        try:
            os.replace(making, path)
        except OSError:
            os.replace(old, path)
            raise
        made = []
    finally:
        for folder in (making, old):
            shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):
            for folder in made:
                folder.rmdir()


def _missing_above(path: Path) -> list[Path]:
    """The folders above it that are not there, the lowest first."""
    return [folder for folder in path.parents if not folder.exists()]
