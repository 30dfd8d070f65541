"""A file that a person asked for: refused before any work where it cannot be written, and there only when it is whole."""

import os
from contextlib import contextmanager
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
