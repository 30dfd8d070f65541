"""Checks of dbt-bouncer on the documentation of macros.

An adapter's version (`duckdb__x`, `spark__x`, `default__x`) stands under the public macro of its name and needs no
words of its own. A generic test is a macro called `test_<name>`.
"""

import re

from dbt_bouncer.check_framework.decorator import check, fail

VERSION = re.compile(r"^(default|duckdb|spark|postgres)__")


@check
def check_macro_is_described(macro):
    """A public macro has a description in YAML."""
    if not VERSION.match(macro.name) and not (macro.description or "").strip():
        fail(f"macro `{macro.name}` ({macro.original_file_path}) has no description; write it in the YAML beside it")


@check
def check_macro_arguments_are_described(macro):
    """Each argument of a public macro has a description and a type in YAML."""
    if VERSION.match(macro.name) or macro.name.startswith("test_"):
        return
    signature = re.search(r"{%-?\s*macro\s+\w+\s*\((?P<arguments>[^{%]*?)\)\s*-?%}", macro.macro_sql or "", re.DOTALL)
    names = re.findall(r"(?:^|,)\s*(\w+)", strip_defaults(signature["arguments"]) if signature else "")
    described = {
        argument.name for argument in macro.arguments or [] if (argument.description or "").strip() and argument.type
    }
    missing = [name for name in names if name not in described]
    if missing:
        fail(f"macro `{macro.name}` ({macro.original_file_path}): no description or type of {', '.join(missing)}")


def strip_defaults(arguments: str) -> str:
    """`a, b=[1, 2], c='x, y'` without its defaults: `a, b, c`."""
    return re.sub(r"=\s*('[^']*'|\"[^\"]*\"|\[[^\]]*\]|\{[^}]*\}|\([^)]*\)|[^,]+)", "", arguments)
