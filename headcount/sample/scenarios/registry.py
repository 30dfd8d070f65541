"""The list of scenarios, in the order they are written down."""

import re
from collections.abc import Callable

from ..book import Book

Scenario = Callable[[Book], None]

SCENARIOS: list[Scenario] = []

_RULE_ID = re.compile(r"\b(?:N(?:10|[1-9])|X(?:1[0-6]|[1-9])|P[1-7]|F[14])\b")


def scenario(function: Scenario) -> Scenario:
    """Registers a scenario: its name and docstring say what it shows and by which rule."""
    SCENARIOS.append(function)
    return function


def rules_of(function: Scenario) -> set[str]:
    """The rule ids a scenario's docstring names."""
    return set(_RULE_ID.findall(function.__doc__ or ""))
