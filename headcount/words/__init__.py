"""What each code of the marts says in words."""


def sentence(kind: str, code: str) -> str:
    """The code of that kind, for people."""
    return code.replace("_", " ")


def name(kind: str, code: str) -> str:
    """The code of that kind, for a cell or a heading."""
    return code.replace("_", " ")
