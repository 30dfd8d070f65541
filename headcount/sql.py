"""How SQL writes what is not SQL: names and texts."""


def quoted(name: str) -> str:
    """An identifier."""
    return '"' + name.replace('"', '""') + '"'


def text(value: object) -> str:
    """A text literal."""
    return "'" + str(value).replace("'", "''") + "'"
