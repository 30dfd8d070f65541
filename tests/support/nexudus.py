"""A stand-in for Nexudus' REST API on the loopback, made from its documented examples: the password grant and bearer tokens,
lists in pages with filters of whole minutes and without collections, single records and several by id, and throttling with 409.

    with Nexudus() as nexudus:
        nexudus.put("coworkers", Id=1, FullName="Ann", ...)
        nexudus.url

Its clock stands still until a test moves it. What a test wants to happen between two pages it hangs into `before_page`.
"""

from __future__ import annotations

import json
import re
import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from headcount.land.nexudus.entities import entities

USER, PASSWORD = "admin@example.com", "S3cur3P@ss"
_FILTER = re.compile(r"(from_|to_|)[A-Za-z]+_(\w+)")


class Nexudus(ThreadingHTTPServer):
    """The server, its records and its clock. A context manager."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.records: dict[str, dict[int, dict]] = {entity.path: {} for entity in entities().values()}
        self.now = datetime.now(UTC).replace(second=30, microsecond=0) - timedelta(hours=30)
        self.asked: list[str] = []
        self.tokens: dict[str, int] = {}
        self.token_lasts, self.biggest_page = 10_000, 100
        self.throttle_every = self.fail_every = self.hang_up_every = 0
        self.batches = True
        self.before_page: Callable[[str, int], None] = lambda path, page: None
        self._numbers = iter(range(1_000, 10_000_000))
        self._locked = threading.RLock()

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def put(self, table: str, **record) -> int:
        """A new record, or a change of one that is there. Gives its id."""
        kept = self.records[entities()[table].path]
        record.setdefault("Id", next(self._numbers))
        before = kept.get(record["Id"], {"UniqueId": str(uuid.UUID(int=record["Id"])), "CreatedOn": self.spelled()})
        empty = dict.fromkeys(entities()[table].fields)
        kept[record["Id"]] = empty | before | {"UpdatedOn": self.spelled(), "UpdatedBy": USER} | record
        return record["Id"]

    def remove(self, table: str, number: int, audited: str | None = None) -> None:
        """Take a record away; `audited` is its word in the audit trail."""
        self.records[entities()[table].path].pop(number)
        if audited:
            self.put("audit_of_deletions", EntityShortName=audited, EntityId=number, AuditType=3)

    def spelled(self, later: timedelta = timedelta(0)) -> str:
        return (self.now + later).strftime("%Y-%m-%dT%H:%M:%SZ")

    def pass_time(self, **span) -> None:
        self.now += timedelta(**span)

    def answer(self, path: str, query: dict[str, str]):
        """Status and body of a GET."""
        with self._locked:
            found = re.fullmatch(r"/api/([a-z]+/[a-z]+)(?:/(\d*))?", path)
            kept = self.records.get(found[1]) if found else None
            if kept is None:
                return 404, {"Message": "No HTTP resource was found"}
            if found[2]:
                return (200, kept[int(found[2])]) if int(found[2]) in kept else (404, {"Message": "Not found"})
            if "id" in query:
                some = [kept[int(one)] for one in query["id"].strip("[]").split(",") if int(one) in kept]
                return (200, some) if self.batches else (400, {"Message": "No"})
            page, size = int(query.get("page", 1)), min(int(query.get("size", 25)), self.biggest_page)
            self.before_page(found[1], page)
            rows = [record for _, record in sorted(kept.items()) if all(_passes(record, *one) for one in query.items())]
            some = [_listed(record) for record in rows[(page - 1) * size : page * size]]
            pages = max(1, -(-len(rows) // size))
            return 200, {
                **{"Records": some, "CurrentPage": page, "CurrentPageSize": size, "CurrentOrderField": "Id"},
                **{"TotalItems": len(rows), "TotalPages": pages, "HasNextPage": page < pages, "HasPreviousPage": page > 1},
            }


def _passes(record: dict, name: str, value: str) -> bool:
    found = _FILTER.fullmatch(name)
    if not found or name in ("page", "size", "orderBy", "dir"):
        return True
    held = record.get(found[2])
    if found[1]:
        minute = str(held)[:16]
        return minute >= value if found[1] == "from_" else minute <= value
    return str(held) == value


def _listed(record: dict) -> dict:
    return {name: value for name, value in record.items() if not isinstance(value, list)}


class _Handler(BaseHTTPRequestHandler):
    server: Nexudus
    protocol_version = "HTTP/1.1"
    # Head and body in one piece: the other side would wait for the second.
    wbufsize = 1 << 20

    def do_POST(self):
        form = {name: one[0] for name, one in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()}
        by_password = (form.get("grant_type"), form.get("username"), form.get("password")) == ("password", USER, PASSWORD)
        by_token = form.get("grant_type") == "refresh_token" and form.get("refresh_token") == "8xLOxBtZp8"
        if self.path != "/api/token" or not (by_password or by_token):
            return self._send(400, {"error": "invalid_grant"})
        token = str(uuid.uuid4())
        self.server.tokens[token] = self.server.token_lasts
        said = {"access_token": token, "token_type": "bearer", "expires_in": 604799, "refresh_token": "8xLOxBtZp8"}
        return self._send(200, said)

    def do_GET(self):
        parts = urlsplit(self.path)
        self.server.asked.append(self.path)
        number = len(self.server.asked)
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if self.server.throttle_every and number % self.server.throttle_every == 0:
            return self._send(409, None, {"Retry-After": "0"})
        if self.server.fail_every and number % self.server.fail_every == 0:
            return self._send(503, None)
        if self.server.hang_up_every and number % self.server.hang_up_every == 0:
            self.close_connection = True
            return None
        if self.server.tokens.get(token, 0) <= 0:
            return self._send(401, {"Message": "Authorization has been denied for this request."})
        self.server.tokens[token] -= 1
        query = {name: one[0] for name, one in parse_qs(parts.query).items()}
        return self._send(*self.server.answer(parts.path, query))

    def _send(self, status: int, body, headers: dict | None = None) -> None:
        content = b"" if body is None else json.dumps(body).encode()
        self.send_response_only(status)
        self.send_header("Date", format_datetime(self.server.now, usegmt=True))
        self.send_header("Content-Length", str(len(content)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        """Says nothing."""
