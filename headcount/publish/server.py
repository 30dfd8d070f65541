"""The connection to the database: credentials, one transaction for all of a publishing, and errors in one line.

libpq finds user and password where it always does: PGUSER, PGPASSWORD, PGSERVICE, ~/.pgpass. It never puts a password into a
message; a URL that cannot be read is not repeated, since a part of it may be one.
"""

import os
import re
import time
from contextlib import contextmanager, suppress

import psycopg
from psycopg.conninfo import conninfo_to_dict

from headcount.errors import UsageError

_VARIABLE = re.compile(r"\$\{(\w+)\}")
# One that was killed leaves its lock as soon as the server sees that nobody is there any more.
_PATIENCE_SECONDS = 15
# Changes of shape wait for readers, and others wait behind them.
_LOCK_TIMEOUT = "60s"


@contextmanager
def transaction(url: str, schema: str, is_private: bool):
    """A cursor in a transaction that holds the schema's lock. Everything is there when the block ends well, else nothing.

    Raises UsageError for a URL that will not do, a database that cannot be reached, and whatever the database refuses.
    """
    where = parameters(url, is_private)
    try:
        connection = psycopg.connect(**{"connect_timeout": "30"} | where, application_name="headcount publish")
        with connection, connection.cursor() as cursor:
            _prepare(cursor)
            _hold(cursor, schema)
            yield cursor
    except psycopg.Error as error:
        raise UsageError(f"{_said(error)}; what is published is as it was") from None


def parameters(url: str, is_private: bool) -> dict[str, str]:
    """What libpq reads in a URL, `${NAME}` being the variable of that name. Raises UsageError for a URL that is none of
    PostgreSQL's, or shows a password to whoever lists the processes."""
    example = "postgresql://USER@HOST:5432/DATABASE"
    if not url.startswith(("postgresql://", "postgres://")):
        raise UsageError(f"--to is no URL of a PostgreSQL database; write it like {example}")
    try:
        said = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    except psycopg.Error:
        raise UsageError(f"--to is no URL that PostgreSQL can read; write it like {example}") from None
    secrets = [said[name] for name in ("password", "sslpassword") if said.get(name)]
    if not is_private and not all(map(_VARIABLE.fullmatch, secrets)):
        raise UsageError(
            "--to holds a password, which the list of processes shows to everybody; set PGPASSWORD, write ~/.pgpass, name a "
            "variable in its place, ${NAME}, or give the URL as HEADCOUNT_TO"
        )
    return {name: _VARIABLE.sub(_value, value) for name, value in said.items()}


def _value(named: re.Match) -> str:
    if named[1] not in os.environ:
        raise UsageError(f"--to names the variable {named[1]}, which is not set; set it, or name another")
    return os.environ[named[1]]


def _prepare(cursor) -> None:
    cursor.execute("set client_encoding = 'UTF8'; set timezone = 'UTC'; set datestyle = 'ISO, YMD'")
    cursor.execute(f"set lock_timeout = '{_LOCK_TIMEOUT}'; set jit = off; set standard_conforming_strings = on")
    cursor.execute("set search_path = pg_catalog, pg_temp")
    if cursor.connection.info.server_version >= 140000:
        # Not every system can: it only has to end sooner when the client was killed.
        with suppress(psycopg.Error), cursor.connection.transaction():
            cursor.execute("set client_connection_check_interval = '500ms'")


def _hold(cursor, schema: str) -> None:
    """Take the schema's lock, which goes with the transaction. Raises UsageError when another publishes into it."""
    waited_until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        (held,) = cursor.execute(
            "select pg_try_advisory_xact_lock(hashtext('headcount publish'), hashtext(%s))", [schema]
        ).fetchone()
        if held:
            return
        if time.monotonic() > waited_until:
            raise UsageError(f"schema {schema}: another is publishing into it; wait until it is done")
        time.sleep(0.1)


def _said(error: psycopg.Error) -> str:
    """What the database said, in one line."""
    primary = error.diag.message_primary
    detail = error.diag.message_detail if isinstance(error, psycopg.errors.DependentObjectsStillExist) else None
    text = " ".join(filter(None, [primary, detail])) or str(error)
    words = "; ".join(line.strip() for line in text.splitlines() if line.strip())[:400]
    return f"the database says: {words}"
