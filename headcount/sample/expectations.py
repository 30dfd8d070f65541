"""What a reader of the rules expects of the scenarios: each is stated by the scenario that lands its rows."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Window:
    """One billing period of one location, named by the instant it starts."""

    account_id: str
    location_id: str
    start_at: datetime


@dataclass(frozen=True)
class Count:
    """A customer counts (`sources`) or does not (`sources` is None, `reason` if there is activity)."""

    scenario: str
    window: Window
    customer_id: str
    sources: str | None
    reason: str | None = None


@dataclass(frozen=True)
class Correction:
    """What is known today differs from what a closed period knew."""

    scenario: str
    window: Window
    customer_id: str
    correction: str


@dataclass(frozen=True)
class Charge:
    """One charge of a subscription; amounts follow from the price list, so only their share is told."""

    scenario: str
    subscription_id: str
    charge_kind: str
    charged_on: str
    client_limit: int | None
    days_charged: int
    days_in_term: int


@dataclass(frozen=True)
class Rejection:
    """A landed row that is rejected, with every reason it has."""

    scenario: str
    table: str
    key: str | None
    reasons: tuple[str, ...]
