"""Reads a list of the API into the store so that no record is missed, whatever changes while its pages are read.

A list is asked for within a window of `UpdatedOn` that ends before the reading begins, so it can only lose records meanwhile:
what is changed or deleted leaves the window. Its pages are read from the last to the first. A record that moves up because
another has left comes to a page that is still to be read; at worst it is read twice. What has left is in the next window,
which begins some minutes before this one ends.
"""

from datetime import datetime, timedelta

from headcount.errors import SourceError
from headcount.land.nexudus.api import Api
from headcount.land.nexudus.entities import COMMON, Entity, entities
from headcount.land.nexudus.store import Store

SIZE = 100
# Windows are of whole minutes; this is how far one reaches back into the one before.
OVERLAP = timedelta(minutes=10)
# What the audit trail does not tell of is found when everything is listed again.
WHOLE_AFTER = timedelta(days=7)
_MINUTE = "%Y-%m-%dT%H:%M"
_AT_ONCE = 25


def read_everything(api: Api, store: Store, since: datetime | None, progress) -> None:
    """Bring the store to what the API has. `since`: read what was changed from then on, whatever was read before."""
    until = _minute_that_is_over(api)
    for entity in entities().values():
        read_list(api, store, entity, since, until, progress)
    for entity in entities().values():
        if entity.audited:
            deleted = store.connection.execute(
                "select distinct EntityId from audit_of_deletions where AuditType in ('3', 'Delete') and EntityShortName = $1 "
                f"and EntityId in (select Id from {entity.name} where not is_gone)",
                [entity.audited],
            ).fetchall()
            look_for(api, store, entity, [one for (one,) in deleted])


def read_list(api: Api, store: Store, entity: Entity, since: datetime | None, until: datetime, progress) -> None:
    """Read what was updated since the last reading, or everything. A reading that was interrupted goes on first: what was
    updated after it had begun is none of its window."""
    interrupted = store.reading(entity)["state"]
    if interrupted:
        _read_window(api, store, entity, interrupted, progress)
    _read_window(api, store, entity, _begun(entity, store.reading(entity), since, until), progress)


def _read_window(api: Api, store: Store, entity: Entity, state: dict, progress) -> None:
    known = store.reading(entity)
    until = datetime.strptime(state["until"], _MINUTE)
    while state["page"] is None or state["page"] > 0:
        # How many pages there are is known from the first, which comes once more at the end.
        page = state["page"] or 1
        records, pages = _page(api, entity, state, page)
        state["page"] = (pages if pages > 1 else 0) if state["page"] is None else page - 1
        store.connection.begin()
        store.keep(entity, records, state["reading"])
        store.remember(entity, known["read_until"], known["whole_at"], state)
        store.connection.commit()
        progress.step(f"reading {entity.name}: {state['page']:,} more pages")
    if state["is_whole"] and not entity.is_audit:
        unseen = f"select Id from {entity.name} where not is_gone and seen_by != $1 order by all"
        look_for(api, store, entity, [one for (one,) in store.connection.execute(unseen, [state["reading"]]).fetchall()])
    store.remember(entity, until, until if state["is_whole"] else known["whole_at"])


def look_for(api: Api, store: Store, entity: Entity, ids: list[str]) -> None:
    """Ask for single records: what is there is kept, what is not there is gone."""
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        found = single_records(api, entity, some)
        store.connection.begin()
        store.keep(entity, list(found.values()), f"alone {api.now:%Y-%m-%dT%H:%M:%S}")
        store.gone(entity, [one for one in some if one not in found])
        store.connection.commit()


def single_records(api: Api, entity: Entity, ids: list[str]) -> dict[str, dict]:
    """Whole records by id, with the collections that lists leave out: several in a request, and one by one those that such
    a request does not give."""
    given = _several(api, entity, ids) if len(ids) > 1 else []
    found = {record["Id"]: record for record in given if isinstance(record, dict) and record.get("Id") in ids}
    for one in ids:
        if one not in found:
            record = api.get(f"{entity.path}/{one}")
            if record is not None:
                found[one] = _identified(entity, record)
    return found


def _several(api: Api, entity: Entity, ids: list[str]) -> list:
    """What the request for several records gives; it is younger than the rest of the API, and may not be there."""
    try:
        given = api.get(f"{entity.path}/", id=f"[{','.join(ids)}]")
    except SourceError:
        return []
    return given if isinstance(given, list) else []


def _minute_that_is_over(api: Api) -> datetime:
    """The end of all windows of a load, by the API's clock: whether it counts seconds in it or not, nothing can come into them
    any more. One for all, so that no list is read to a later instant than those that it refers to."""
    if api.now is None:
        api.get("sys/currencies", page=1, size=1)
    return api.now.replace(tzinfo=None, second=0, microsecond=0) - timedelta(minutes=1)


def _begun(entity: Entity, known: dict, since: datetime | None, until: datetime) -> dict:
    """A new reading: its window, and whether it is of everything."""
    is_old = known["whole_at"] is None or until - known["whole_at"] >= WHOLE_AFTER
    is_whole = since is None and (known["read_until"] is None or (is_old and not entity.is_audit))
    begins = since or (None if is_whole else known["read_until"] - OVERLAP)
    return {
        "reading": f"{until:%Y-%m-%dT%H:%M}",
        "from": begins.strftime(_MINUTE) if begins else None,
        "until": until.strftime(_MINUTE),
        "is_whole": is_whole,
        "page": None,
    }


def _page(api: Api, entity: Entity, state: dict, page: int) -> tuple[list[dict], int]:
    """The records of a page, and how many pages there are."""
    window = {f"to_{entity.entity}_UpdatedOn": state["until"]}
    if state["from"]:
        window[f"from_{entity.entity}_UpdatedOn"] = state["from"]
    narrowed = {f"{entity.entity}_{name}": value for name, value in entity.filter.items()}
    said = api.get(entity.path, page=page, size=SIZE, orderBy="Id", dir=1, **narrowed, **window)
    try:
        return [_identified(entity, record) for record in said["Records"]], int(said["TotalPages"])
    except (KeyError, TypeError, ValueError):
        raise SourceError(f"Nexudus {entity.path}: the answer is no page of records; is --url the address of Nexudus?") from None


def _identified(entity: Entity, record) -> dict:
    missing = [name for name in COMMON if name != "UniqueId" and not (isinstance(record, dict) and record.get(name))]
    if missing:
        raise SourceError(f"Nexudus {entity.path}: a record has no {missing[0]}, which every record has; nothing was landed")
    return record
