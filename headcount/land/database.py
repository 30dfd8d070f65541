"""`headcount land database`: one load from a live database, in the order of its steps."""

from datetime import datetime
from pathlib import Path

import duckdb

from headcount import spelling
from headcount.errors import SourceError
from headcount.land.changes import Changes, changes
from headcount.land.landed import Landed
from headcount.land.mapping import Asked, read_mapping
from headcount.land.place import Place
from headcount.land.present import read_present
from headcount.land.sources import Source, source
from headcount.landing import inspect
from headcount.results import note


def land_database(url: str, mapping: Path, landing: Path, allow_shrink: bool = False, is_private: bool = False) -> int:
    """Land what is new in a database. Raises HeadcountError, one line; then nothing is written."""
    asked = read_mapping(mapping)
    origin = source(url, is_private)
    try:
        with Place(landing) as place, origin:
            at, news = load(origin, asked, place, allow_shrink)
    except duckdb.Error as error:
        # The files stand in the zone by then or none does: too little memory or disk, say.
        raise SourceError(f"the load cannot be made ({origin.told(error)}); nothing was landed") from None
    print(said(at, news, landing))
    return 0


def said(at: datetime, news: list[Changes], landing: Path) -> str:
    """A line for each table, and one for the load; its figures are noted."""
    total = sum(one.new + one.changed + one.gone for one in news)
    tables = {one.table: {"new": one.new, "changed": one.changed, "gone": one.gone} for one in news}
    note(loaded_at=spelling.instant(at) if total else None, rows=total, tables=tables)
    loaded = f"{total:,} rows landed in {landing}, as of {spelling.instant(at)}" if total else "no news, and no file"
    return "\n".join([*map(str, news), loaded])


def load(origin: Source, asked: list[Asked], place: Place, allow_shrink: bool) -> tuple[datetime, list[Changes]]:
    """Read, compare, and let what is new stand in the zone. Gives the instant of the load and the news of each table."""
    landed = Landed(inspect(place.landing), origin.connection, [one.table for one in asked])
    latest = {one.table.name: landed.latest(one) for one in asked}
    queries = {one.table.name: origin.asked_since(one.query, _since(one, latest[one.table.name][1])) for one in asked}
    place.begin()
    at = origin.open(queries, place.unfinished)
    place.forbid_earlier(at, *(loaded_at for loaded_at, _ in latest.values()))
    present = [read_present(origin, one, at, place.unfinished, landed.is_empty(one.table)) for one in asked]
    origin.close()
    news = [changes(origin.connection, one, landed, at, place.unfinished, allow_shrink) for one in present]
    place.put(((one.table, one.file) for one in news if one.file), at)
    return at, news


def _since(asked: Asked, latest: datetime | None) -> datetime | None:
    try:
        return latest - asked.overlap if latest else None
    except OverflowError:
        return None
