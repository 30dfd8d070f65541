"""`headcount land nexudus`: an operator's own data through the public REST API, into the landing tables.

api (asks, patiently) -> reading (lists, so that nothing is missed) -> store (what was read) -> derived (what has to be
concluded) -> origin and mapping.yml (the landed tables); from there on it is a load like any other (headcount.land.database).
"""

from pathlib import Path

import duckdb

from headcount import run
from headcount.errors import SourceError, UsageError
from headcount.land.database import load, said
from headcount.land.mapping import read_mapping
from headcount.land.nexudus.api import RATES, Api
from headcount.land.nexudus.derived import conclude
from headcount.land.nexudus.origin import Origin, recall_memberships
from headcount.land.nexudus.reading import read_everything
from headcount.land.nexudus.store import Store
from headcount.land.place import Place
from headcount.nightly.progress import Progress
from headcount.warehouse import first_line

_MAPPING = Path(__file__).with_name("mapping.yml")


def land_nexudus(landing: Path, url: str, since: str | None = None, allow_shrink: bool = False, rates=RATES) -> int:
    """Land what is new. Raises HeadcountError, one line; then nothing has landed, and what was read is not read again."""
    begins = _instant(since) if since else None
    progress = Progress()
    try:
        with Api(url, rates) as api, Place(landing) as place, Store(landing) as store:
            recall_memberships(store, landing)
            read_everything(api, store, begins, progress)
            conclude(api, store)
            at, news = load(Origin(store), read_mapping(_MAPPING), place, allow_shrink)
    except duckdb.Error as error:
        # Too little memory or disk, say.
        raise SourceError(f"the load cannot be made ({first_line(error)}); nothing has landed") from None
    print(said(at, news, landing))
    return 0


def _instant(since: str):
    try:
        return run.parse_instant(since).replace(tzinfo=None)
    except UsageError:
        raise UsageError(f"--since {since!r} is not an instant; write it like 2026-03-31T22:59:59Z") from None
