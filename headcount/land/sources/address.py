"""Where a database is, from its URL. What it is opened with comes from the environment or the database's own files."""

import os
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote

from headcount.errors import UsageError

_VARIABLE = re.compile(r"\$\{(\w+)\}")
_URL = re.compile(r"(?P<scheme>[a-z]+)://(?:(?P<account>[^/?#]*)@)?(?P<place>[^/?#]*)(?P<path>/[^?#]*)?(?:[?](?P<more>[^#]*))?")


@dataclass
class Address:
    """The parts of a URL, each in plain text; empty ones are left to the database's own defaults."""

    scheme: str
    user: str = ""
    password: str = field(default="", repr=False)
    host: str = ""
    port: str = ""
    path: str = ""
    more: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """For messages: without user, password and parameters."""
        return f"{self.scheme}://{self.host}{':' if self.port else ''}{self.port}/{self.path.lstrip('/')}"


def address(url: str, is_private: bool) -> Address:
    """Read a URL. `${NAME}` in it is the variable of that name. `is_private`: nobody else saw it, so that a password may
    stand in it. Raises UsageError, which repeats nothing of a URL that is not understood."""
    found = _URL.fullmatch(url.strip())
    if not found:
        raise UsageError("--from is no URL of a database; write it like postgresql://user@host:5432/database")
    user, _, password = (found["account"] or "").partition(":")
    host, port = _place(found["place"])
    more = dict(parse_qsl(found["more"] or "", keep_blank_values=True))
    # libpq takes it there too.
    password = password or more.pop("password", "")
    if password and not is_private and not _VARIABLE.fullmatch(password):
        raise UsageError(
            "--from holds a password, which everybody on this machine can read while the command runs; name a variable of "
            "the environment in its place, ${NAME}, or keep it where the database's own programs look for it"
        )
    parts = {"user": user, "password": password, "host": host, "port": port, "path": found["path"] or ""}
    plain = {name: _with_variables(unquote(part)) for name, part in parts.items()}
    return Address(found["scheme"], **plain, more={name: _with_variables(value) for name, value in more.items()})


def _place(place: str) -> tuple[str, str]:
    if place.startswith("["):
        host, _, port = place[1:].partition("]")
        return host, port.lstrip(":")
    host, _, port = place.rpartition(":") if re.search(r":(\d*|\$\{\w+\})$", place) else (place, "", "")
    return host, port


def _with_variables(part: str) -> str:
    def value(found: re.Match) -> str:
        if found[1] not in os.environ:
            raise UsageError(f"--from names the variable {found[1]}, which is not set; set it, or name another")
        return os.environ[found[1]]

    return _VARIABLE.sub(value, part)
