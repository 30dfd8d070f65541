"""The store as a source of landed tables, like any database: the mapping's queries over what was read."""

from datetime import datetime
from pathlib import Path

from headcount import run
from headcount.errors import SourceError
from headcount.land.landed import Landed
from headcount.land.nexudus.store import Store
from headcount.land.sources.source import Relation, Source
from headcount.landing import inspect, landing_contract
from headcount.seeds import rows
from headcount.warehouse import first_line

# Businesses with the network at the top of their tree, zones by their names, and the pause that a contract is in.
_VIEWS = """
    create or replace temp view networks as
        with recursive up as (
            select Id as location_id, Id as account_id, RootLocationId as above, 0 as steps from businesses
            union all
            select up.location_id, up.above, businesses.RootLocationId, up.steps + 1
            from up inner join businesses on up.above = businesses.Id
            where up.above is not null and up.steps < 50
        )
        select location_id, max_by(account_id, steps) as account_id from up group by location_id;
    create or replace temp view zones as
        select simpletimezones.Id, named.timezone
        from simpletimezones left join named_zones as named on simpletimezones.Name = named.zone_name;
    create or replace temp view pauses as
        select CoworkerContractId as contract_id, min(PauseFrom) as paused_at
        from contractpausedperiods
        where not is_gone and PauseFrom <= '{now}' and (PauseUntil is null or PauseUntil > '{now}')
        group by CoworkerContractId;
"""
_UNKNOWN_ZONE = """
    select businesses.Name, coalesce(simpletimezones.Name, 'none')
    from businesses
    left join simpletimezones on businesses.SimpleTimeZoneId = simpletimezones.Id
    left join zones on businesses.SimpleTimeZoneId = zones.Id
    where not businesses.is_gone and zones.timezone is null
    order by all limit 1
"""


class Origin(Source):
    """What was read of the API. Its instant is that at which everything had been read: it lands by then and no earlier."""

    def __init__(self, store: Store):
        self.connection = store.connection
        self._queries: dict[str, str] = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """The store is closed by whoever opened it."""

    def _attach(self) -> None:
        """It is open."""

    def open(self, queries: dict[str, str], folder: Path) -> datetime:
        at = run.moment().replace(tzinfo=None)
        known = [(row["zone_name"], row["timezone"]) for row in rows("maps/map_nexudus_timezones.csv")]
        self.connection.execute("create or replace temp table named_zones (zone_name varchar, timezone varchar)")
        self.connection.executemany("insert into named_zones values (?, ?)", known)
        self.connection.execute(_VIEWS.format(now=at.strftime("%Y-%m-%dT%H:%M:%SZ")))
        unknown = self.connection.execute(_UNKNOWN_ZONE).fetchone()
        if unknown:
            raise SourceError(
                f"Nexudus business {unknown[0]!r}: its time zone {unknown[1]!r} is in no row of "
                "seeds/maps/map_nexudus_timezones.csv; add one with its name in the tz database"
            )
        self._queries = queries
        return at

    def relation(self, name: str) -> Relation:
        query = f"({self._queries[name]})"
        described = self.refusing(name, lambda: self.connection.execute(f"describe {query}").fetchall())
        return Relation(query, {column: kind for column, kind, *_ in described})

    def close(self) -> None:
        """Nothing is held."""

    @staticmethod
    def instant(at: datetime) -> str:
        return f"timestamp '{at}'"

    def told(self, error: Exception) -> str:
        return first_line(error)


def recall_memberships(store: Store, landing: Path) -> None:
    """A store that is new takes from what has landed who was in which team, and since when: no other place says so."""
    connection = store.connection
    (known,) = connection.execute("select count(*) from members_read").fetchone()
    table = landing_contract()["team_memberships"]
    landed = Landed(inspect(landing), connection, [table])
    if known or landed.is_empty(table):
        return
    deliveries = landed.deliveries(table, run.moment().replace(tzinfo=None))
    connection.execute(
        f"create temp table landed_memberships as select * from ({deliveries}) as deliveries "
        "qualify row_number() over (partition by membership_id order by _loaded_at desc) = 1"
    )
    connection.execute("""
        insert into memberships
            select membership_id, team_id, customer_id, joined_at, left_at from landed_memberships where not is_deleted;
        insert into members_read select team_id, null, max(_loaded_at) from landed_memberships group by team_id;
        drop table landed_memberships;
    """)
