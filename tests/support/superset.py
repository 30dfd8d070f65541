"""A Superset for as long as a block lasts, asked as its pages ask: over HTTP, signed in, each request with its token.

It is of an environment of its own (tests/requirements-superset.txt), and nothing of this project is imported there.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import httpx

from tests.support.servers import free_port

SETTINGS = """
SECRET_KEY = "only for as long as this runs, which is a minute"
SQLALCHEMY_DATABASE_URI = "sqlite:///{folder}/superset.db"
TALISMAN_ENABLED = False
CACHE_CONFIG = DATA_CACHE_CONFIG = {{"CACHE_TYPE": "NullCache"}}
"""
USER = PASSWORD = "admin"
ADMIN = f"fab create-admin --username {USER} --password {PASSWORD} --firstname a --lastname a --email admin@example.com"
SECONDS_TO_START = 120


class Client:
    """Signed in as the administrator. Raises RuntimeError, with what Superset said, for whatever it refuses."""

    def __init__(self, address: str):
        self._http = httpx.Client(base_url=f"{address}/api/v1/", timeout=60, follow_redirects=True, headers={"Referer": address})
        said = self.post("security/login", username=USER, password=PASSWORD, provider="db", refresh=True)
        self._http.headers["Authorization"] = f"Bearer {said['access_token']}"
        self._http.headers["X-CSRFToken"] = self.get("security/csrf_token/")["result"]

    def post(self, path: str, **said) -> dict:
        return self._told(self._http.post(path, json=said))

    def get(self, path: str, asked: str = "") -> dict:
        return self._told(self._http.get(f"{path}?q={quote(asked)}" if asked else path))

    @staticmethod
    def _told(answer: httpx.Response) -> dict:
        if answer.status_code >= 400:
            raise RuntimeError(f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text[:500]}")
        return answer.json()


@contextmanager
def superset(python: Path, folder: Path) -> Iterator[Client]:
    """Set one up in the folder, start it on a free port of the loopback, and end it by its process id."""
    (folder / "superset_config.py").write_text(SETTINGS.format(folder=folder))
    settings = {"SUPERSET_CONFIG_PATH": str(folder / "superset_config.py"), "FLASK_APP": "superset.app:create_app()"}
    how = {"cwd": folder, "env": os.environ | settings | {"PYTHONPATH": ""}, "text": True, "stderr": subprocess.STDOUT}
    program, port = python.with_name("superset"), free_port()
    for words in ("db upgrade", ADMIN, "init"):
        done = subprocess.run([program, *words.split()], stdout=subprocess.PIPE, **how)
        if done.returncode:
            raise RuntimeError(f"superset {words.split()[0]}: {done.stdout[-2000:]}")
    with open(folder / "log", "w") as log:
        server = subprocess.Popen([program, "run", "--port", str(port), "--with-threads", "--no-reload"], stdout=log, **how)
    try:
        yield _answering(f"http://127.0.0.1:{port}", server, folder / "log")
    finally:
        server.terminate()
        server.wait()


def _answering(address: str, server: subprocess.Popen, log: Path) -> Client:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx.get(f"{address}/health").status_code == 200:
                return Client(address)
        except httpx.TransportError:
            time.sleep(0.3)
    raise RuntimeError(f"Superset does not answer: {log.read_text()[-2000:]}")
