"""The one-line changes of a model or macro: each spot that decides something, written otherwise.

Spots are looked for in the text as it stands in the repository. Comments are left alone; what is written for another
engine is not run here, and has its own checks (`make test-spark`). Within Jinja only conditions, numbers and the
operators that stand in texts are changed: its other words name things, and dbt would stop at any other name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from headcount.project import PROJECT

_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_SILENT = re.compile(r"\{#.*?#\}|--[^\n]*", re.DOTALL)
_MACRO = re.compile(r"\{%-? (?:macro|materialization) (\w+).*?\{%-? end(?:macro|materialization) -?%\}", re.DOTALL)
_JINJA_TEXT = re.compile(r"'[^']*'|\"[^\"]*\"")
_TEXT = re.compile(r"'(?:[^'\n]|'')*'")

# kind, what is looked for, what stands there instead; group 1 is replaced where there is one.
_SQL = [
    ("comparison", r"(?<= )=(?= )", "!="),
    ("comparison", r"(?<= )!=(?= )", "="),
    ("boundary", r"(?<= )<(?= )", "<="),
    ("boundary", r"(?<= )<=(?= )", "<"),
    ("boundary", r"(?<= )>(?= )", ">="),
    ("boundary", r"(?<= )>=(?= )", ">"),
    ("direction", r"(?<= )<=?(?= )", ">"),
    ("direction", r"(?<= )>=?(?= )", "<"),
    ("null", r"\bis null\b", "is not null"),
    ("null", r"\bis not null\b", "is null"),
    ("null", r"\bis distinct from\b", "is not distinct from"),
    ("null", r"\bis not distinct from\b", "is distinct from"),
    ("null", r"\bis not true\b", "is true"),
    ("join", r"\binner join\b", "left join"),
    ("join", r"\bleft join\b", "inner join"),
    ("join", r"\bfull outer join\b", "left join"),
    ("and/or", r"\bor\b(?! replace)", "and"),
    ("not", r"\bnot (?!null\b|true\b|distinct\b)", ""),
    ("not", r"(?:\b(?:where|and|or|when) )(?=(?:\w+\.)?(?:is|has)_\w+\b(?! (?:=|!=|is)))", None),
    ("constant", r"(?<![\w.'])\d+(?![\w.'])", None),
    ("constant", r"\btrue\b", "false"),
    ("constant", r"\bfalse\b", "true"),
    ("filter", r"\b(?:where|having|qualify)\b", None),
    ("set", r"\bunion distinct\b", "union all"),
    ("set", r"\bdistinct (?!from\b)", ""),
    ("direction", r" desc\b", ""),
    ("direction", r"\bnulls first\b", "nulls last"),
    ("direction", r"\bnulls last\b", "nulls first"),
    ("arithmetic", r"(?<= )\+(?= )", "-"),
    ("arithmetic", r"(?<= )-(?= )", "+"),
    ("arithmetic", r"(?<!select )(?<= )\*(?= )", "+"),
]
_PAIRS = [("min", "max"), ("greatest", "least"), ("min_by", "max_by"), ("arg_min", "arg_max"), ("bool_or", "bool_and"),
          ("first_value", "last_value"), ("lag", "lead"), ("floor", "ceil")]  # fmt: skip
_IN_JINJA = [
    ("comparison", r"(?<= )==(?= )", "!="),
    ("comparison", r"(?<= )!=(?= )", "=="),
    ("and/or", r"\band\b", "or"),
    ("and/or", r"\bor\b", "and"),
    ("not", r"\bnot (?!none\b)", ""),
    ("constant", r"(?<![\w.'\[{])\d+(?![\w.'\]}])", None),
    ("arithmetic", r"(?<=')(?: )?\+(?= ')", "-"),
    ("arithmetic", r"(?<=' )\*(?= ')", "+"),
]


@dataclass(frozen=True)
class Mutant:
    """A file with one spot written otherwise; `macro` is the one that the spot stands in."""

    path: str
    line: int
    start: int
    was: str
    becomes: str
    kind: str
    macro: str | None = None

    @property
    def key(self) -> str:
        """What stands for it in a file of results, as long as its line and those before it stay."""
        return f"{self.path}:{self.line}:{self.start}:{self.was}->{self.becomes}"

    def text(self) -> str:
        """The whole file with the change."""
        before = (PROJECT / self.path).read_text("utf-8")
        return before[: self.start] + self.becomes + before[self.start + len(self.was) :]

    @property
    def change(self) -> str:
        """The line as it is, of a join also what it joins by, and what becomes of what in it."""
        lines = [line.strip() for line in (PROJECT / self.path).read_text("utf-8").splitlines()[self.line - 1 :]]
        before = f"{lines[0]} {lines[1]}" if self.kind == "join" and " on " not in lines[0] else lines[0]
        return f"{before}   [{self.was.strip()} -> {self.becomes.strip() or 'nothing'}]"


def mutants() -> list[Mutant]:
    """Those of all models and macros, in order."""
    files = sorted((PROJECT / "models").rglob("*.sql")) + sorted((PROJECT / "macros").rglob("*.sql"))
    names = [path.relative_to(PROJECT).as_posix() for path in files]
    return [mutant for name in names for mutant in of_file(name, (PROJECT / name).read_text("utf-8"))]


def of_file(name: str, text: str) -> Iterator[Mutant]:
    """Those of one file."""
    if name.startswith("macros/engine/"):
        return
    macros = list(_MACRO.finditer(text))
    seen = set()
    for start, was, becomes, kind in sorted(_spots(text), key=lambda spot: spot[:3]):
        macro = next((one.group(1) for one in macros if one.start() <= start < one.end()), None)
        if (start, was, becomes) in seen or (macro or "").startswith(("default__", "spark__")):
            continue
        seen.add((start, was, becomes))
        yield Mutant(name, text.count("\n", 0, start) + 1, start, was, becomes, kind, macro)


def _spots(text: str) -> Iterator[tuple[int, str, str, str]]:
    """(where, what stands there, what instead, kind)"""
    silent = [one.span() for one in _SILENT.finditer(text)]
    jinja = [one.span() for one in _JINJA.finditer(text) if not _within(one.start(), silent)]
    literals = [one.span() for one in _TEXT.finditer(text) if not _within(one.start(), silent + jinja)]
    for kind, pattern, instead in _SQL:
        for found in re.finditer(pattern, text):
            if not _within(found.start(), silent + jinja + literals) and not _in_a_type(text, found.start()):
                yield found.start(), found.group(), _instead(found.group(), instead, kind), kind
    for one, other in _PAIRS:
        for was, becomes in ((one, other), (other, one)):
            for found in re.finditer(rf"\b{was}(?=\()", text):
                if not _within(found.start(), silent + jinja + literals):
                    yield found.start(), was, becomes, "extreme"
    for start, end in literals:
        if end - start > 2 and not text[start:end].strip("'").startswith(("<", "%")):
            yield start, text[start:end], f"{text[start : end - 1]}~'", "word"
    yield from _ands(text, silent + jinja + literals)
    yield from _coalesces(text, silent + jinja)
    yield from _orders(text, silent)
    yield from _filters(text, silent)
    for start, end in jinja:
        if not re.match(r"\{%-? *(macro|materialization|endmacro)", text[start:end]):
            for kind, pattern, instead in _IN_JINJA:
                quoted = [] if kind == "arithmetic" else [one.span() for one in _JINJA_TEXT.finditer(text[start:end])]
                for found in re.finditer(pattern, text[start:end]):
                    if _within(found.start(), quoted):
                        continue
                    yield start + found.start(), found.group(), _instead(found.group(), instead, kind), kind


def _instead(was: str, instead: str | None, kind: str) -> str:
    if instead is not None:
        return instead
    if kind == "constant":
        return str(int(was) + 1)
    return f"{was} true or" if kind == "filter" else f"{was}not "


def _within(place: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in spans)


def _in_a_type(text: str, place: int) -> bool:
    """Digits and scale of a decimal are held by contracts."""
    return bool(re.search(r"decimal\([\d, ]*$", text[:place]))


def _ands(text: str, masked) -> Iterator[tuple[int, str, str, str]]:
    """An `and` that is not of a `between`."""
    for found in re.finditer(r"\band\b", text):
        before = text[max(0, found.start() - 90) : found.start()]
        if not _within(found.start(), masked) and not re.search(r"between (?:(?!\band\b).)*$", before, re.DOTALL):
            yield found.start(), "and", "or", "and/or"


def _coalesces(text: str, masked) -> Iterator[tuple[int, str, str, str]]:
    """Its first two arguments in the other order."""
    for found in re.finditer(r"\bcoalesce\(", text):
        if not _within(found.start(), masked):
            parts, end = _arguments(text, found.end())
            if len(parts) > 1:
                swapped = ", ".join(part.strip() for part in [parts[1], parts[0], *parts[2:]])
                yield found.start(), text[found.start() : end], f"coalesce({swapped})", "coalesce"


def _arguments(text: str, place: int) -> tuple[list[str], int]:
    """The arguments of a call from behind its bracket on, and where the call ends."""
    parts, depth, begun, quoted = [], 0, place, False
    for at in range(place, len(text)):
        letter = text[at]
        quoted ^= letter == "'"
        if quoted:
            continue
        if letter == ")" and depth == 0:
            return [*parts, text[begun:at]], at + 1
        if letter == "," and depth == 0:
            parts, begun = [*parts, text[begun:at]], at + 1
        depth += (letter in "({") - (letter in ")}")
    return [], place


def _orders(text: str, masked) -> Iterator[tuple[int, str, str, str]]:
    """The first term of an order that goes up, downwards."""
    for found in re.finditer(r"\border by ([\w.]+)(?! desc)\b(?=[,)\n ])", text):
        if not _within(found.start(), masked) and not text[found.end() :].startswith(" desc"):
            yield found.start(), found.group(), f"{found.group()} desc", "direction"


def _filters(text: str, masked) -> Iterator[tuple[int, str, str, str]]:
    """No `filter` of an aggregate."""
    for found in re.finditer(r" filter \(", text):
        if not _within(found.start(), masked):
            _, end = _arguments(text, found.end())
            yield found.start(), text[found.start() : end], "", "filter"
