"""The scenarios: every edge of the rules on accounts and customers of its own, named for what it shows.

Importing a module registers its scenarios.
"""

from . import (
    adjustments,
    bookings,
    contracts,
    edits,
    finance,
    invoices,
    older_rules,
    packages,
    periods,
    products,
    rejected,
    spellings,
    stages,
    suspension,
    teams,
    versions,
)
from .registry import SCENARIOS, Scenario, rules_of

#: In the order to read them.
MODULES = (
    stages,
    bookings,
    products,
    invoices,
    contracts,
    suspension,
    teams,
    older_rules,
    periods,
    edits,
    packages,
    finance,
    versions,
    adjustments,
    spellings,
    rejected,
)

__all__ = ["MODULES", "SCENARIOS", "Scenario", "rules_of"]
