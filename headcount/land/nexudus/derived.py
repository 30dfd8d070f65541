"""What the API does not say and has to be concluded: when somebody joined or left a team, when an invoice was voided or a
contract cancelled that says no date, which one status a customer has had. Conclusions are kept, since a later look would come
to another."""

from datetime import datetime

from headcount.errors import SourceError
from headcount.land.nexudus.api import Api
from headcount.land.nexudus.entities import entities
from headcount.land.nexudus.reading import _AT_ONCE, single_records
from headcount.land.nexudus.store import Store

_OF_TEAM = "select CreatedOn from audit_of_teams where EntityId = $1 and PropertyName ilike '%member%' order by CreatedOn desc"
_FLAGS = """
    select Id, EntityId, PropertyName, lower(OldValue), lower(NewValue), CreatedOn
    from audit_of_coworkers
    where PropertyName in ('Active', 'Archived') and EntityShortName = 'Coworker'
    order by EntityId, CreatedOn, cast(Id as bigint)
"""


def conclude(api: Api, store: Store) -> None:
    """Bring all conclusions to what the store knows."""
    read_members(api, store)
    conclude_voids(store)
    conclude_cancellations(store)
    conclude_statuses(store)


def read_members(api: Api, store: Store) -> None:
    """Ask each team for its members, and keep who has come and gone since it was asked before."""
    teams, connection = entities()["teams"], store.connection
    ids = [one for (one,) in connection.execute("select Id from teams where not is_gone order by all").fetchall()]
    for start in range(0, len(ids), _AT_ONCE):
        found = single_records(api, teams, ids[start : start + _AT_ONCE])
        connection.begin()
        for team, record in found.items():
            if teams.members not in record:
                raise SourceError(f"Nexudus {teams.path}: a record has no {teams.members}; nothing has landed")
            members = [str(one) for one in record[teams.members] or []]
            _keep_members(store, team, members, api.now.replace(tzinfo=None))
        connection.commit()
    # A team that is gone has nobody in it.
    connection.execute(
        "update memberships set left_at = greatest(joined_at, $1) "
        "where left_at is null and team_id in (select Id from teams where is_gone)",
        [api.now.replace(tzinfo=None)],
    )


def _keep_members(store: Store, team: str, members: list[str], now: datetime) -> None:
    connection = store.connection
    before = connection.execute("select read_at from members_read where team_id = $1", [team]).fetchone()
    created, updated = (
        _instant(one) for one in connection.execute("select CreatedOn, UpdatedOn from teams where Id = $1", [team]).fetchone()
    )
    audited = next((_instant(one) for (one,) in connection.execute(_OF_TEAM, [team]).fetchall()), None)
    # When it was, as well as anybody can say: between the two looks, by the trail, by the team's record, or only now.
    changed = next((one for one in (audited, updated) if before and one and before[0] < one <= now), now)
    here = dict(
        connection.execute(
            "select customer_id, membership_id from memberships where team_id = $1 and left_at is null", [team]
        ).fetchall()
    )
    for customer in sorted(set(members) - set(here)):
        known = connection.execute("select CreatedOn from coworkers where Id = $1", [customer]).fetchone()
        joined = max(filter(None, [changed if before else created, _instant(known[0]) if known else None]))
        (times,) = connection.execute(
            "select count(*) from memberships where team_id = $1 and customer_id = $2", [team, customer]
        ).fetchone()
        name = f"{team}-{customer}" + (f"-{times + 1}" if times else "")
        connection.execute("insert into memberships values ($1, $2, $3, $4, null)", [name, team, customer, joined])
    for customer in sorted(set(here) - set(members)):
        connection.execute(
            "update memberships set left_at = greatest(joined_at, $1) where membership_id = $2", [changed, here[customer]]
        )
    connection.execute("insert or replace into members_read values ($1, $2, $3)", [team, str(updated), now])


def conclude_voids(store: Store) -> None:
    """The instant of voiding is that of the audit trail, else when the invoice was last updated as it was first seen void."""
    store.connection.execute("""
        delete from voids where invoice_id in (select Id from coworkerinvoices where Void != 'true');
        insert or ignore into voids
            select invoices.Id, coalesce(max(trail.CreatedOn), any_value(invoices.UpdatedOn))
            from coworkerinvoices as invoices
            left join audit_of_invoices as trail
                on invoices.Id = trail.EntityId and trail.EntityShortName = 'CoworkerInvoice'
                    and trail.PropertyName = 'Void' and lower(trail.NewValue) = 'true'
            where invoices.Void = 'true'
            group by invoices.Id
    """)


def conclude_cancellations(store: Store) -> None:
    """A contract that is cancelled and says no date was so from when it was last updated as it was first seen cancelled."""
    store.connection.execute("""
        delete from cancellations where contract_id in (select Id from coworkercontracts where Cancelled is distinct from 'true');
        insert or ignore into cancellations select Id, UpdatedOn from coworkercontracts where Cancelled = 'true'
    """)


def conclude_statuses(store: Store) -> None:
    """One status out of two flags that can both hold: suspended while not active, archived only besides that.

    The trail tells each change; the first old value tells what was before. What the trail does not tell is dated by when the
    record was last updated. A record that is older than the trail tells nothing: it was updated while the lists were read.
    """
    connection = store.connection
    trail: dict[str, list[tuple]] = {}
    for entry, customer, *change in connection.execute(_FLAGS).fetchall():
        trail.setdefault(customer, []).append((entry, *change))
    last_kept = "select customer_id, arg_max(status, (changed_at, number)) from statuses group by customer_id"
    kept = dict(connection.execute(last_kept).fetchall())
    found = []
    people = "select Id, lower(Active), lower(Archived), CreatedOn, UpdatedOn from coworkers"
    for customer, active, archived, created, updated in connection.execute(people).fetchall():
        now = {"Active": active or "true", "Archived": archived or "false"}
        found += _changes(customer, now, trail.get(customer, []), created)
        last = found[-1][2] if found and found[-1][1] == customer else "active"
        if customer in trail and _instant(updated) < _instant(trail[customer][-1][-1]):
            continue
        if _status(now) not in (last, kept.get(customer, last)):
            found.append((f"{customer}-{updated}", customer, _status(now), updated))
    rows = [[*row, number] for number, row in enumerate(found)]
    if rows:
        connection.executemany("insert or ignore into statuses values (?, ?, ?, ?, ?)", rows)


def _changes(customer: str, now: dict, trail: list[tuple], created: str) -> list[tuple]:
    """The changes of one customer's status that the trail tells of."""
    flags = {name: next((old for _, flag, old, *_ in trail if flag == name and old), now[name]) for name in now}
    if not trail and _status(flags) != "active":
        return []
    found = [(f"{customer}-created", customer, _status(flags), created)] if _status(flags) != "active" else []
    for entry, flag, _, new, at in trail:
        before = _status(flags)
        flags[flag] = new
        if _status(flags) != before:
            found.append((entry, customer, _status(flags), at))
    return found


def _status(flags: dict) -> str:
    return "suspended" if flags["Active"] == "false" else "archived" if flags["Archived"] == "true" else "active"


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=None) if text else None
