"""The smaller pages: who counted in a period, one customer, what was looked for, the rules."""

from datetime import date

from headcount import words
from headcount.pages.account import NotThereError, chosen_periods, people_of
from headcount.pages.accounts import account_states
from headcount.pages.lists import LISTINGS, Asked, ask, count
from headcount.pages.lists.people import history_of

PEOPLE = ("counted", "lost", "uncounted")


def people(reading, account: dict, location: str | None, on: date | None, asked: Asked, shown: str = "counted") -> dict:
    """Who counted, was lost, or was active and did not count in the period chosen; one list at a time, all filters kept. How
    many rows the other lists have is said of the same search and place."""
    if shown not in PEOPLE:
        raise NotThereError(f"There is no list “{shown}” of people: there are {', '.join(PEOPLE)}.")
    on, periods, everything = chosen_periods(reading, account["account_id"], location, on)
    asked.given = {"account": account["account_id"], "day": on, "location": location}
    asked.kept = {"account": account["account_id"], "on": on, "location": location, "shown": shown}
    totals = {name: count(reading, LISTINGS[name], _also_of(LISTINGS[name], asked)) for name in PEOPLE}
    return {
        "account": account, "location": location, "on": on, "periods": periods, "shown": shown, "totals": totals,
        "users": sum(period["active_users"] for period in periods), "people": people_of(reading, account, periods),
        "searched": {"q": asked.q, "location_name": asked.chosen.get("location_name")},
        "starts": sorted({period["period_start_on"] for period in everything}, reverse=True),
        "page": ask(reading, LISTINGS[shown], asked),
    }  # fmt: skip


def _also_of(listing, asked: Asked) -> Asked:
    """The same asked of another list, as far as it has such a filter."""
    chosen = {name: value for name, value in asked.chosen.items() if name in listing.filters}
    return Asked(q=asked.q, chosen=chosen, given=asked.given)


def customer(reading, customer: str, asked: Asked) -> dict:
    """One customer at every account and in every period; of an ID that nobody has exactly, the only one that is the same but for
    capitals."""
    customer = _exact(reading, customer)
    asked.given = {"customer": customer}
    return {
        "customer": customer,
        "known": reading.rows(
            "select customers.account_id, account_name, home_location_id, customer_kind, status, customers.created_at "
            "from marts.dim_customers as customers left join marts.dim_accounts using (account_id) "
            "where customer_id = $customer order by account_id",
            customer=customer,
        ),
        "page": ask(reading, history_of(reading, customer), asked),
    }


def _exact(reading, customer: str) -> str:
    if reading.rows("select 1 from marts.dim_customers where customer_id = $customer limit 1", customer=customer):
        return customer
    found = {row["customer_id"] for row in reading.rows(
        "select distinct customer_id from marts.dim_customers where lower(customer_id) = lower($customer)", customer=customer
    )}  # fmt: skip
    return next(iter(found)) if len(found) == 1 else customer


def found(reading, q: str, page: int = 1) -> dict:
    """Accounts by a part of ID or name, and customers by a part of the ID."""
    account_states(reading)
    return {
        "q": q,
        "accounts": ask(reading, LISTINGS["accounts"], Asked(q=q, page=page), 25, with_choices=False),
        "customers": ask(reading, LISTINGS["customers"], Asked(q=q), 25, with_choices=False),
    }


def rules(reading) -> dict:
    """The rulesets with their conditions, and what closed periods would be under another one."""
    conditions = reading.rows(
        "select conditions.*, articles.title as article from seeds.rule_conditions as conditions "
        "left join seeds.rule_articles as articles using (article_id) order by ruleset_id, counts desc, activity_type, price_kind"
    )
    return {
        "rules": sorted(words.codes("rule"), key=lambda code: (code.rstrip("0123456789"), len(code), code)),
        "rulesets": [
            {**ruleset, "conditions": [row for row in conditions if row["ruleset_id"] == ruleset["ruleset_id"]]}
            for ruleset in reading.rows("select * from seeds.rule_rulesets order by product, effective_from desc")
        ],
        "whatif": reading.rows(
            "select ruleset_id, count(*) as periods, sum(active_users) as users, sum(billed_active_users) as billed_users, "
            "currency, sum(amount) as amount, sum(billed_amount) as billed_amount "
            "from marts.fct_whatif_counts group by ruleset_id, currency order by ruleset_id, currency"
        ),
        "moves": reading.rows(
            "select ruleset_id, move, why, count(*) as users from marts.fct_whatif_moves "
            "group by all order by ruleset_id, users desc, move, why"
        ),
    }  # fmt: skip
