"""The seeds as rows: rulesets, conditions, currencies, durations, prices, thresholds and holds."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from .local_days import first_instant


def _rows(path: Path) -> list[dict[str, str | None]]:
    """The rows of a seed; an empty cell is None, and a seed that is not there has no rows."""
    if not path.exists():
        return []
    with open(path, encoding="utf-8-sig", newline="") as stream:
        return [{name: value.strip() or None for name, value in row.items()} for row in csv.DictReader(stream)]


def _day(cell: str | None) -> date | None:
    return None if cell is None else date.fromisoformat(cell)


@dataclass(frozen=True)
class Ruleset:
    """One dated ruleset of a product."""

    ruleset_id: str
    product: str
    effective_from: date | None
    period: str
    counted_by: str
    contract_condition: str | None
    contract_from: str | None
    suspension: str | None
    team_condition: str | None
    cancelled_bookings: str | None
    proration: str | None
    grace_hours: int
    corrections: str = "show"
    corrections_periods: int = 3


@dataclass(frozen=True)
class Condition:
    """Whether an activity of a price kind counts under a ruleset, and the label it gives."""

    counts: bool
    source: str | None


class Rules:
    """The rule seeds of a folder, with an optional ruleset that overrides those of its product."""

    def __init__(self, seeds: Path, override: str | None = None):
        seeds = Path(seeds)
        self.rulesets = [
            Ruleset(
                row["ruleset_id"], row["product"], _day(row["effective_from"]), row["period"],
                row["counted_by"], row["contract_condition"], row["contract_from"], row["suspension"],
                row["team_condition"], row["cancelled_bookings"], row["proration"], int(row["grace_hours"]),
                row.get("corrections") or "show", int(row.get("corrections_periods") or 3),
            )
            for row in _rows(seeds / "rules" / "rule_rulesets.csv")
        ]
        self.conditions = {
            (row["ruleset_id"], row["activity_type"], row["price_kind"]):
                Condition(row["counts"].lower() == "true", row["source"])
            for row in _rows(seeds / "rules" / "rule_conditions.csv")
        }
        self.minor_units = {
            row["currency"]: int(row["minor_units"]) for row in _rows(seeds / "maps" / "map_currencies.csv")
        }
        self.months = {row["duration"]: int(row["months"]) for row in _rows(seeds / "maps" / "map_durations.csv")}
        self.products = {ruleset.product for ruleset in self.rulesets}
        known = {ruleset.ruleset_id: ruleset for ruleset in self.rulesets}
        if override is not None and override not in known:
            raise ValueError(f"no ruleset {override}")
        self.override = known.get(override)

    def of_product(self, product: str) -> list[Ruleset]:
        """The rulesets of a product that are ever in force, the oldest first."""
        rulesets = [ruleset for ruleset in self.rulesets if ruleset.product == product and ruleset.effective_from]
        return sorted(rulesets, key=lambda ruleset: ruleset.effective_from)

    def counted_by(self, product: str) -> str:
        """`account` or `location`: all rulesets of a product say the same."""
        (answer,) = {ruleset.counted_by for ruleset in self.of_product(product)}
        return answer

    def period_kind(self, product: str) -> str:
        """`calendar_month` or `since_last_invoice`: all rulesets of a product say the same."""
        (answer,) = {ruleset.period for ruleset in self.of_product(product)}
        return answer

    def in_force(self, product: str, zone: str, instant: datetime) -> Ruleset:
        """P6: the latest ruleset in effect at the instant in the zone, before the first the first."""
        if self.override is not None and self.override.product == product:
            return self.override
        rulesets = self.of_product(product)
        begun = [ruleset for ruleset in rulesets if first_instant(zone, ruleset.effective_from) <= instant]
        return begun[-1] if begun else rulesets[0]

    def condition(self, ruleset: Ruleset, activity_type: str, price_kind: str) -> Condition | None:
        """The seed row of an activity; a line type without a row falls back to `invoice_line:*`."""
        types = [activity_type]
        if activity_type.startswith("invoice_line:"):
            types.append("invoice_line:*")
        for type_ in types:
            for kind in (price_kind, "any"):
                row = self.conditions.get((ruleset.ruleset_id, type_, kind))
                if row is not None:
                    return row
        return None


@dataclass(frozen=True)
class Tier:
    """One tier of a rate card; `to_user` None is no end."""

    tier_number: int
    from_user: int
    to_user: int | None
    unit_price: Decimal
    flat_fee: Decimal


class Prices:
    """The package price list and the rate cards, by product, currency and the day they are valid from."""

    def __init__(self, seeds: Path):
        folder = Path(seeds) / "prices"
        self.packages: dict[tuple, list[tuple[date, Decimal]]] = {}
        for row in _rows(folder / "example_package_prices.csv"):
            limit = int(row["client_limit"]) if row["client_limit"] else None
            key = (row["product"], row["currency"], row["plan"], row["duration"], limit)
            self.packages.setdefault(key, []).append((date.fromisoformat(row["valid_from"]), Decimal(row["price"])))
        self.cards: dict[tuple[str, str], dict[date, list[Tier]]] = {}
        for row in _rows(folder / "example_rate_cards.csv"):
            tiers = self.cards.setdefault((row["product"], row["currency"]), {})
            tiers.setdefault(date.fromisoformat(row["valid_from"]), []).append(
                Tier(int(row["tier_number"]), int(row["from_user"]),
                     int(row["to_user"]) if row["to_user"] else None,
                     Decimal(row["unit_price"]), Decimal(row["flat_fee"] or "0"))
            )
        self.products_with_packages = {key[0] for key in self.packages}
        self.products_with_cards = {product for product, _ in self.cards}

    def price(self, product: str, currency: str, plan: str, duration: str, limit: int | None,
              day: date) -> Decimal | None:
        """The price of a package on a day, or None when the list has none."""
        prices = self.packages.get((product, currency, plan, duration, limit), [])
        valid = [(valid_from, price) for valid_from, price in prices if valid_from <= day]
        return max(valid)[1] if valid else None

    def limits(self, product: str, currency: str, plan: str, duration: str, day: date) -> list[int | None]:
        """The client limits on sale for a plan and duration on a day; None is unlimited."""
        return [
            key[4] for key in self.packages
            if key[:4] == (product, currency, plan, duration)
            and self.price(product, currency, plan, duration, key[4], day) is not None
        ]

    def tiers(self, product: str, currency: str, day: date) -> list[Tier]:
        """The tiers of the rate card valid on a day, or none."""
        cards = self.cards.get((product, currency), {})
        valid = [valid_from for valid_from in cards if valid_from <= day]
        return sorted(cards[max(valid)], key=lambda tier: tier.tier_number) if valid else []


@dataclass(frozen=True)
class Threshold:
    """A share in percent at which somebody wants to be told, from a day on."""

    product: str
    measure: str
    percent: Decimal
    valid_from: date


def thresholds(seeds: Path) -> list[Threshold]:
    """The thresholds of a folder of seeds."""
    return [Threshold(row["product"], row["measure"], Decimal(row["percent"]), date.fromisoformat(row["valid_from"]))
            for row in _rows(Path(seeds) / "rules" / "rule_thresholds.csv")]


@dataclass(frozen=True)
class Hold:
    """What keeps a line back, from a day on; without a currency in any."""

    hold_id: str
    product: str
    measure: str
    value: Decimal | None
    currency: str | None
    valid_from: date


def holds(seeds: Path) -> list[Hold]:
    """The holds of a folder of seeds."""
    return [Hold(row["hold_id"], row["product"], row["measure"], Decimal(row["value"]) if row["value"] else None,
                 row["currency"], date.fromisoformat(row["valid_from"]))
            for row in _rows(Path(seeds) / "rules" / "rule_holds.csv")]
