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
class Reconciliation:
    """The vendor's invoice against the count of the periods that it ended, and by how much its amount is more."""

    scenario: str
    platform_invoice_id: str
    active_users: int
    explanation: str | None
    difference_amount: str | None
    explaining_ruleset_id: str | None


@dataclass(frozen=True)
class Crossing:
    """A period reaches a threshold by its n-th user, on a local day."""

    scenario: str
    window: Window
    measure: str
    percent: int
    base: int
    active_users: int
    crossed_on: str


@dataclass(frozen=True)
class Rejection:
    """A landed row that is rejected, with every reason it has."""

    scenario: str
    table: str
    key: str | None
    reasons: tuple[str, ...]
