"""Database servers of the tests' own: started on a free port of the loopback and a socket in a folder of their own,
ended by process id, and nothing of them stays. A server that somebody else has started is not touched.

    with postgres() as server:
        server.run("create table places (id int)")
        server.url()              postgresql://...   to sign in as the owner, by the socket and without a password
        server.url(by_port=True)  by the port, where the server asks for server.password

The servers are Debian's. They refuse to run as root, so root starts them as the user that their package has made.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

# Where Debian keeps what is not meant for everybody's PATH.
_HIDDEN = ("/usr/sbin", "/usr/local/sbin")
_SECONDS_TO_START = 60


class NotInstalled(Exception):
    """A server that the tests need is not on this machine; says how to install it."""


class Server:
    """A running server: its folder with the socket in it, its port, the name of its owner and the owner's password."""

    def __init__(self, folder: Path, port: int, owner: str):
        self.folder, self.port, self.owner = folder, port, owner
        self.password = secrets.token_hex(12)
        self.process: subprocess.Popen | None = None

    def start(self, words: list[str], account: dict) -> None:
        """Start the server and wait until it answers. Raises RuntimeError with what it said, when it does not."""
        with open(self.folder / "log", "w") as log:
            self.process = subprocess.Popen(words, stdout=log, stderr=log, start_new_session=True, **account)
        deadline = time.monotonic() + _SECONDS_TO_START
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.end()
                raise RuntimeError(f"{words[0]} does not start: {(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.05)

    def end(self) -> None:
        """End it at once; what it was doing is of no interest any more."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(self._ending)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    def run(self, sql: str, database: str | None = None) -> str:
        """Run SQL as the owner; gives what the server's own client prints: a line for each row, tabs between values."""
        # What a test has set for the command that it tries is not for this client.
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "MYSQL"))}
        done = subprocess.run(self._client(database), input=sql, capture_output=True, text=True, env=plain)
        if done.returncode:
            raise RuntimeError(done.stderr.strip())
        return done.stdout

    def _answers(self) -> bool:
        try:
            return self.run("select 1").strip() == "1"
        except RuntimeError:
            return False


class Postgres(Server):
    """PostgreSQL."""

    _ending = signal.SIGQUIT

    def url(self, database: str = "postgres", by_port: bool = False, user: str | None = None) -> str:
        who = user or self.owner
        if by_port:
            return f"postgresql://{who}@127.0.0.1:{self.port}/{database}"
        return f"postgresql://{who}@/{database}?host={quote(str(self.folder), safe='')}&port={self.port}"

    def _client(self, database: str | None) -> list[str]:
        options = ["-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1"]
        return ["psql", *options, self.url(database or "postgres")]


class MariaDB(Server):
    """MariaDB, which speaks as MySQL does."""

    _ending = signal.SIGTERM

    def url(self, database: str = "test", by_port: bool = True, user: str | None = None) -> str:
        where = f"127.0.0.1:{self.port}/{database}" if by_port else f"localhost/{database}?socket={self._socket}"
        return f"mysql://{user or self.owner}@{where}"

    @property
    def _socket(self) -> Path:
        return self.folder / "socket"

    def _client(self, database: str | None) -> list[str]:
        own = ["--no-defaults", f"--socket={self._socket}", f"--user={self.owner}", "--batch", "--skip-column-names"]
        return [_program("mariadb", "mariadb-client"), *own, *([database] if database else [])]


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL for as long as the block lasts. By the port it asks for the password, by the socket it does not."""
    initdb, program = _program("initdb", "postgresql"), _program("postgres", "postgresql")
    with _folder("postgres") as (folder, account):
        server = Postgres(folder, free_port(), "owner")
        (folder / "password").write_text(server.password)
        rights = ["--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={folder / 'password'}"]
        words = [f"--username={server.owner}", "--encoding=UTF8", "--locale=C", "--no-sync", *rights]
        _set_up([initdb, f"--pgdata={folder / 'data'}", *words], account)
        settings = {
            "listen_addresses": "127.0.0.1", "port": server.port, "unix_socket_directories": folder, "fsync": "off",
            "max_connections": 50, "timezone": "America/New_York",
        }  # fmt: skip
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        try:
            server.start([program, "-D", str(folder / "data"), *options], account)
            yield server
        finally:
            server.end()


@contextmanager
def mariadb() -> Iterator[MariaDB]:
    """A MariaDB for as long as the block lasts. By the port it asks for the password, by the socket it does not."""
    install, program = _program("mariadb-install-db", "mariadb-server"), _program("mariadbd", "mariadb-server")
    with _folder("mysql") as (folder, account):
        server = MariaDB(folder, free_port(), "owner")
        data = f"--datadir={folder / 'data'}"
        _set_up([install, "--no-defaults", data, "--auth-root-authentication-method=normal", "--skip-test-db"], account)
        # The server runs these as it starts, a line each. By the port the owner is another account than by the socket.
        first = folder / "first.sql"
        first.write_text(
            "create database test character set utf8mb4;\n"
            "create user owner@localhost;\n"
            "grant all on *.* to owner@localhost with grant option;\n"
            f"create user owner@'127.0.0.1' identified by '{server.password}';\n"
            "grant all on *.* to owner@'127.0.0.1' with grant option;\n"
        )
        own = [data, f"--socket={server._socket}", f"--pid-file={folder / 'pid'}", f"--init-file={first}"]
        how = ["--skip-name-resolve", "--innodb-flush-log-at-trx-commit=0", "--default-time-zone=-05:00"]
        try:
            server.start([program, "--no-defaults", *own, f"--port={server.port}", "--bind-address=127.0.0.1", *how], account)
            yield server
        finally:
            server.end()


def _program(name: str, package: str) -> str:
    """The path of a program of a server. Raises NotInstalled."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name), reverse=True)
    places = [*map(str, debian), *os.environ.get("PATH", "").split(os.pathsep), *_HIDDEN]
    found = shutil.which(name, path=os.pathsep.join(places))
    if not found:
        raise NotInstalled(f"{name} is not installed, and tests need it; install it with: apt-get install {package}")
    return found


@contextmanager
def _folder(user: str) -> Iterator[tuple[Path, dict]]:
    """A short-lived folder of the user that runs the server, and who that is as words of Popen. A path of a socket may
    not be long, so it is not a folder of pytest's."""
    folder = Path(tempfile.mkdtemp(prefix=f"{user}-"))
    account: dict = {}
    try:
        if os.geteuid() == 0:
            entry = pwd.getpwnam(user)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
            account = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        # Others come in by the socket.
        folder.chmod(0o755)
        yield folder, account | {"cwd": folder}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _set_up(words: list[str], account: dict) -> None:
    done = subprocess.run(words, capture_output=True, text=True, **account)
    if done.returncode:
        raise RuntimeError(f"{words[0]} failed: {done.stdout}{done.stderr}")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]
