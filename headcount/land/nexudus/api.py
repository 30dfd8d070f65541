"""Asks the API: signs in, keeps to its rates, waits when it says so, and asks again what failed for a moment."""

import json
import os
import time
from collections import deque
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx
import tenacity

from headcount import run
from headcount.errors import SourceError, UsageError

# What the API's documentation allows everybody: one request in 100 ms, 120 a minute, 5,000 an hour; each as seconds, requests.
RATES = ((0.1, 1), (60, 120), (3_600, 5_000))
# What it answers to who asks too often; 409 is its own word for that, from before 429.
_TOO_OFTEN = (409, 429)
_ATTEMPTS = 10
_PATIENCE_SECONDS = 1_800
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class _AskAgain(Exception):
    """An answer that will be another in a moment; `after` is how many seconds the API wants to be left alone."""

    def __init__(self, said: str, after: float | None = None):
        super().__init__(said)
        self.after = after


class Api:
    """The API at an address. A context manager. `rates` may be other ones for a server of one's own."""

    def __init__(self, url: str, rates=RATES):
        self._url, self._rates = _checked(url), rates
        self._asked: deque[float] = deque(maxlen=max(requests for _, requests in rates))
        self._token, self._refresh = os.environ.get("NEXUDUS_TOKEN"), None
        self._user, self._password = os.environ.get("NEXUDUS_USERNAME"), os.environ.get("NEXUDUS_PASSWORD")
        if not self._token and not (self._user and self._password):
            raise UsageError("nobody is signed in: set NEXUDUS_USERNAME and NEXUDUS_PASSWORD, or NEXUDUS_TOKEN")
        # By its own clock, from its latest answer.
        self.now: datetime | None = None

    def __enter__(self):
        self._client = httpx.Client(base_url=self._url, timeout=60, headers={"Accept": "application/json"})
        return self

    def __exit__(self, *_):
        self._client.close()

    def get(self, path: str, **query):
        """What is at an address, or None where nothing is. Numbers are text, as exact as they came. Raises SourceError."""
        if not self._token:
            self._sign_in()
        answer = self._patiently("GET", f"api/{path}", params=query)
        if answer.status_code == 401 and (self._user or self._refresh):
            self._sign_in()
            answer = self._patiently("GET", f"api/{path}", params=query)
        if answer.status_code == 404 and not query:
            return None
        if answer.status_code == 401 and not self._user:
            raise SourceError("Nexudus does not accept the NEXUDUS_TOKEN any more; set a new one, and it goes on from there")
        if answer.status_code in (401, 403):
            raise SourceError(f"Nexudus {path}: is not for this user ({answer.status_code}); sign in as one who may read it")
        return _json(path, answer)

    def _sign_in(self) -> None:
        """Take a token: for the one that has expired, else for the password."""
        said = [{"grant_type": "refresh_token", "refresh_token": self._refresh}] if self._refresh else []
        if self._user and self._password:
            said.append({"grant_type": "password", "username": self._user, "password": self._password})
        self._token = None
        for form in said:
            answer = self._patiently("POST", "api/token", data=form)
            if answer.status_code == 200:
                given = _json("token", answer)
                if not isinstance(given, dict) or not given.get("access_token"):
                    raise SourceError("Nexudus token: the answer has no access_token; is --url the address of Nexudus?")
                self._token, self._refresh = given["access_token"], given.get("refresh_token")
                return
        raise SourceError("Nexudus does not sign this user in; see NEXUDUS_USERNAME and NEXUDUS_PASSWORD, or the NEXUDUS_TOKEN")

    def _patiently(self, method: str, path: str, **more) -> httpx.Response:
        asking = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type((_AskAgain, httpx.TransportError)),
            wait=_waiting,
            stop=tenacity.stop_after_attempt(_ATTEMPTS) | tenacity.stop_after_delay(_PATIENCE_SECONDS),
            sleep=time.sleep,
            reraise=True,
        )
        try:
            return asking(self._once, method, path, **more)
        except _AskAgain as error:
            raise SourceError(f"Nexudus {path}: {error}, {_ATTEMPTS} times; run it again later, it goes on from there") from None
        except httpx.TransportError as error:
            reason = (str(error) or type(error).__name__)[:200]
            raise SourceError(f"Nexudus {self._url}: cannot be reached ({reason}); run it again, it goes on from there") from None

    def _once(self, method: str, path: str, **more) -> httpx.Response:
        self._keep_to_rates()
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        answer = self._client.request(method, path, headers=headers, **more)
        self.now = _date(answer)
        if answer.status_code in _TOO_OFTEN:
            raise _AskAgain("says that it is asked too often", _seconds(answer))
        if answer.status_code >= 500:
            raise _AskAgain(f"answers {answer.status_code}", _seconds(answer))
        return answer

    def _keep_to_rates(self) -> None:
        """Wait until no rate is overstepped by one more request."""
        now = time.monotonic()
        free = max((self._asked[-n] + span for span, n in self._rates if len(self._asked) >= n), default=now)
        if free > now:
            time.sleep(free - now)
        self._asked.append(max(now, free))


def _checked(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise UsageError("--url is no address of Nexudus; write it like https://spaces.nexudus.com")
    if parts.username or parts.password:
        raise UsageError("--url holds a user or password; set NEXUDUS_USERNAME and NEXUDUS_PASSWORD")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise UsageError("--url sends the password for everybody to read; write https")
    return url.rstrip("/") + "/"


def _waiting(state: tenacity.RetryCallState) -> float:
    """As long as the API says; without a word from it longer each time, and not in step with others."""
    error = state.outcome.exception()
    if isinstance(error, _AskAgain) and error.after is not None:
        return min(error.after, 3_600)
    return tenacity.wait_exponential_jitter(initial=1, max=120)(state)


def _seconds(answer: httpx.Response) -> float | None:
    said = answer.headers.get("Retry-After", "")
    return float(said) if said.replace(".", "", 1).isdigit() else None


def _date(answer: httpx.Response) -> datetime:
    try:
        return parsedate_to_datetime(answer.headers["Date"]).astimezone(UTC)
    except (KeyError, ValueError):
        return run.moment()


def _json(path: str, answer: httpx.Response):
    try:
        answer.raise_for_status()
        return json.loads(answer.content, parse_float=str, parse_int=str)
    except httpx.HTTPStatusError:
        raise SourceError(f"Nexudus {path}: answers {answer.status_code}, which is not documented; nothing has landed") from None
    except ValueError:
        raise SourceError(f"Nexudus {path}: answers with no JSON; is --url the address of Nexudus?") from None
