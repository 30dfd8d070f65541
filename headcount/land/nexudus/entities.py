"""What is read of the API: entities.yml as objects."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

# Every record has them.
COMMON = ("Id", "UniqueId", "CreatedOn", "UpdatedOn")


@dataclass(frozen=True)
class Entity:
    """A list of the API that is kept in a table of the same name; see entities.yml."""

    name: str
    path: str
    entity: str
    fields: tuple[str, ...]
    filter: dict = field(default_factory=dict)
    members: str | None = None
    audited: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        return (*COMMON, *self.fields)

    @property
    def is_audit(self) -> bool:
        """Entries of a trail are only ever added."""
        return self.entity == "AuditTrailEntry"


@cache
def entities() -> dict[str, Entity]:
    """Everything that is read, by name and in order."""
    said = yaml.safe_load(Path(__file__).with_name("entities.yml").read_text("utf-8"))
    return {name: Entity(name, **entry | {"fields": tuple(entry["fields"])}) for name, entry in said.items()}
