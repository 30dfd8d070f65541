"""What a model reads, found in its text: the macros it calls and, through them, the models and sources it refers to."""

from __future__ import annotations

import re
from functools import cache
from pathlib import PurePosixPath

COMMENT = re.compile(r"{#.*?#}", re.DOTALL)
MACRO = re.compile(r"{%-?\s*macro\s+(\w+)\((.*?)\)\s*-?%}(.*?){%-?\s*endmacro", re.DOTALL)
CALL = re.compile(r"\bheadcount\.(\w+)\(")
REFERENCE = re.compile(r"\b(ref|source)\(([^()]*)\)")
TEXT = re.compile(r"""^(['"])(.*)\1$""")


def macros_of(files: dict[str, str]) -> dict[str, tuple[list[str], str]]:
    """Each macro with the names of its parameters and its body, without comments."""
    found = {}
    for name, text in files.items():
        if name.startswith("macros/") and name.endswith(".sql"):
            for macro, parameters, body in MACRO.findall(COMMENT.sub("", text)):
                found[macro] = ([part.split("=")[0].strip() for part in parameters.split(",") if part.strip()], body)
    return found


def models_of(files: dict[str, str]) -> dict[str, str]:
    """Each model with its text. Comments of SQL stay: `-- depends_on:` is one that dbt reads."""
    return {
        PurePosixPath(name).stem: COMMENT.sub("", text)
        for name, text in files.items()
        if name.startswith("models/") and name.endswith(".sql")
    }


def macros_opened(files: dict[str, str], model: str) -> set[str]:
    """Every macro whose text has to be read to know what the model is: those it calls, those they call, and so on."""
    macros = macros_of(files)
    opened: set[str] = set()
    to_read = CALL.findall(models_of(files).get(model, ""))
    while to_read:
        if (name := to_read.pop()) in macros and name not in opened:
            opened.add(name)
            to_read += CALL.findall(macros[name][1])
    return opened


def arguments(text: str, start: int) -> list[str]:
    """The arguments of the call whose opening parenthesis stands just before `start`."""
    found, depth, begun = [], 0, start
    for place in range(start, len(text)):
        if text[place] in ")]}" and depth == 0 or text[place] == "," and depth == 0:
            found.append(text[begun:place].strip())
            begun = place + 1
            if text[place] != ",":
                break
        depth += (text[place] in "([{") - (text[place] in ")]}")
    return found


def pattern(expression: str, known: dict[str, str]) -> str:
    """A name as it is put together: texts and known parameters as they are, all else as any name."""
    parts = (part.strip() for part in expression.split("~"))
    return "".join(re.escape(text[2]) if (text := TEXT.match(part)) else known.get(part, r"\w+") for part in parts)


def patterns(text: str, macros: dict, known: dict[str, str], within: tuple = ()) -> set[str]:
    """The names that a text refers to, as patterns; those of the macros that it calls with what it hands them."""
    found = set()
    for kind, inside in REFERENCE.findall(text):
        names = [pattern(part, known) for part in inside.split(",")]
        # A name that is nothing but unknown says nothing; what it may be stands in `-- depends_on:` lines.
        found |= {"source:" + r"\.".join(names) if kind == "source" else names[0]} - {r"\w+"}
    for call in CALL.finditer(text):
        if call[1] in macros and call[1] not in within:
            parameters, body = macros[call[1]]
            handed = {}
            for place, argument in enumerate(arguments(text, call.end())):
                name, _, value = argument.rpartition("=")
                if (value := pattern(value, known)) != r"\w+" and (name or place < len(parameters)):
                    handed[name.strip() or parameters[place]] = value
            found |= patterns(body, macros, handed, (*within, call[1]))
    return found


def longest_path(files: dict[str, str]) -> list[str]:
    """From a source to the model that is farthest from it, by name."""
    models, macros = models_of(files), macros_of(files)
    reads: dict[str, set[str]] = {}
    for name, text in models.items():
        reads[name] = set()
        for one in patterns(text, macros, {}):
            matching = {other for other in models if other != name and re.fullmatch(one, other)}
            # Not a model: a source, or a seed.
            reads[name] |= matching or {one.replace("\\", "")}

    @cache
    def path(name: str) -> tuple[str, ...]:
        before = max((path(other) for other in sorted(reads.get(name, ()))), key=len, default=())
        return (*before, name)

    return list(max((path(name) for name in sorted(models)), key=len))
