"""SQL that reads a landed value as a type of the contract, starting from the type that the value's own file gives it.

What each spelling and each physical type means is in docs/contract/landing.md. A reading has three steps, each over
the one before: `landed` takes the column of the file, as a value where its type says it all and as plain text
otherwise; `value` is the contract's value, null where it is empty or cannot be read; `left_over` is the text of what
could not be read (none where that cannot happen). No step depends on the time zone of the session.
"""

import re
from dataclasses import dataclass

# Types of the contract that are texts: zones, currencies and products are held against their lists later.
TEXTS = ("text", "word", "zone", "currency", "product")
SQL_TYPES = {
    **dict.fromkeys(TEXTS, "varchar"),
    "instant": "timestamp", "date": "date", "boolean": "boolean", "number": "decimal(18, 6)", "integer": "bigint",
}  # fmt: skip

_SMALL = ("TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER")
_LARGE = ("BIGINT", "UBIGINT", "HUGEINT", "UHUGEINT")
# A float is exact for every whole number below this; above it only its shortest decimal says what was meant.
_EXACT_BELOW = {"FLOAT": 2**24, "DOUBLE": 2**53}
_INSTANTS = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS")
# A decimal of more digits than DuckDB has; it would arrive as a binary float.
TOO_WIDE = "DECIMAL256"

_DATE = "(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}"
_INSTANT = _DATE + "[T ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]+)?)?"
_OFFSET = "[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?"


@dataclass(frozen=True)
class Reading:
    """The three steps as SQL. `value` and `left_over` are written over {x}, the landed value."""

    landed: str
    value: str = "{x}"
    left_over: str | None = None


def reading(physical: str, data_type: str, column: str) -> Reading:
    """How the column of a file (SQL, of DuckDB's type `physical`) is read as a type of the contract."""
    typed = _typed(physical, data_type, column)
    if typed:
        return typed
    text = _plain_text(physical, column)
    if physical == TOO_WIDE or _is_nested(physical):
        return Reading(text, f"cast(null as {SQL_TYPES[data_type]})", "{x}")
    if data_type not in TEXTS:
        return Reading(text, _FROM_TEXT[data_type], "{x}")
    value = "lower({x})" if data_type == "word" else "{x}"
    if physical == "BLOB":
        return Reading(column, value.format(x=trimmed("try(decode({x}))")), _undecoded("{x}"))
    if physical in _EXACT_BELOW:
        return Reading(text, f"case when {{x}} not in ('nan', 'inf', '-inf') then {value} end", "{x}")
    return Reading(text, value)


def trimmed(text: str) -> str:
    """The text without blanks around it, null when nothing is left. Most have none: to see that costs a seventh of
    cutting (20 ns a value instead of 160)."""
    blanks = ("' '", "chr(9)", "chr(10)", "chr(13)")
    clean = " and ".join([f"{text} > '!'", *(f"not suffix({text}, {blank})" for blank in blanks)])
    return f"case when {clean} then {text} else nullif(trim({text}, {' || '.join(blanks)}), '') end"


def _typed(physical: str, data_type: str, column: str) -> Reading | None:
    """The short way: the physical type says what the value is, and no text is made but of what cannot be read."""
    said = in_words(physical, "{x}")
    if data_type == "instant":
        if physical in _INSTANTS:
            return Reading(column, _in_range("cast({x} as timestamp)", "timestamp", "{x}"), said)
        if physical == "TIMESTAMP WITH TIME ZONE":
            return Reading(column, _in_range("make_timestamp(epoch_us({x}))", "timestamptz", "{x}"), said)
        if physical == "TIMESTAMP_NS":
            return Reading(column, f"make_timestamp({_microseconds('{x}')})")
        if physical == "DATE":
            return Reading(column, _on_a_day("make_timestamp({days} * 86400000000)"), said)
    if data_type == "date":
        if physical == "DATE":
            return Reading(column, _on_a_day("{x}"), said)
        whole_day = _typed(physical, "instant", column)
        if whole_day:
            day = f"case when ({whole_day.value}) = cast(({whole_day.value}) as date) then cast(({whole_day.value}) as date) end"
            return Reading(column, day, said)
    if data_type == "boolean":
        if physical == "BOOLEAN":
            return Reading(column)
        if physical in (*_SMALL, *_LARGE, *_EXACT_BELOW) or physical.startswith("DECIMAL("):
            return Reading(column, "case {x} when 1 then true when 0 then false end", said)
    if data_type in ("number", "integer"):
        kind = SQL_TYPES[data_type]
        if physical in _SMALL:
            return Reading(column, f"cast({{x}} as {kind})")
        if physical in _LARGE:
            return Reading(column, f"case when {{x}} between -999999999999 and 999999999999 then cast({{x}} as {kind}) end", said)
    if data_type == "number" and physical.startswith("DECIMAL("):
        return _decimal(physical, column)
    return None


def _decimal(physical: str, column: str) -> Reading:
    width, scale = map(int, re.findall(r"\d+", physical))
    if scale <= 6 and width - scale <= 12:
        return Reading(column, "cast({x} as decimal(18, 6))")
    value = "try_cast({x} as decimal(18, 6))"
    if scale > 6:
        value = f"case when try_cast({value} as {physical}) = {{x}} then {value} end"
    return Reading(column, value, _plain_text(physical, "{x}"))


def _in_range(value: str, kind: str, landed: str) -> str:
    """The value where it lies in the years 0001 to 9999; neither infinity does."""
    zone = "+00" if kind == "timestamptz" else ""
    first, end = (f"{kind} '{day} 00:00:00{zone}'" for day in ("0001-01-01", "10000-01-01"))
    return f"case when {landed} >= {first} and {landed} < {end} then {value} end"


def _on_a_day(value: str) -> str:
    """The same of a date. Its days are counted: DuckDB finds the earliest of all dates later than any other."""
    days = "({x} - date '1970-01-01')"
    return f"case when {days} between -719162 and 2932896 then {value.replace('{days}', days)} end"


def in_words(physical: str, column: str) -> str:
    """The value as DuckDB spells it, whatever it is; it has no words for the earliest of all timestamps."""
    words = f"cast({column} as varchar)"
    return f"coalesce(try({words}), 'out of range')" if physical.startswith("TIMESTAMP") else words


def _microseconds(nanoseconds: str) -> str:
    """Whole microseconds of a TIMESTAMP_NS; the rest is cut towards the past, as it is in texts."""
    count = f"epoch_ns({nanoseconds})"
    return f"({count} - ({count} % 1000 + 1000) % 1000) // 1000"


def _plain_text(physical: str, column: str) -> str:
    """The value as text that the spellings of the contract are looked for in: numbers as plain decimals."""
    text = in_words(physical, column)
    if physical == "VARCHAR":
        return trimmed(column)
    if physical in _EXACT_BELOW:
        return _decimal_of_float(column, _EXACT_BELOW[physical])
    if physical.startswith("DECIMAL("):
        return f"case when contains({text}, '.') then rtrim(rtrim({text}, '0'), '.') else {text} end"
    if physical == "BLOB":
        return f"coalesce({trimmed(f'try(decode({column}))')}, {_undecoded(column)})"
    return text


def _undecoded(column: str) -> str:
    """Bytes that are no UTF-8, spelled \\xNN; null for others."""
    return f"case when try(decode({column})) is null then cast({column} as varchar) end"


def _decimal_of_float(column: str, exact_below: int) -> str:
    """The shortest decimal that is this float, without an exponent: 101, 19.99, 0.00001; else nan, inf, -inf."""
    text = f"cast({column} as varchar)"
    digits = f"replace(split_part(ltrim({text}, '-'), 'e', 1), '.', '')"
    exponent = f"cast(split_part({text}, 'e', 2) as integer)"
    return f"""case
        when {column} = trunc({column}) and abs({column}) < {exact_below} then cast(cast({column} as bigint) as varchar)
        when not contains({text}, 'e') then regexp_replace({text}, '[.]0$', '')
        else case when {column} < 0 then '-' else '' end || case
            when {exponent} < 0 then '0.' || repeat('0', -{exponent} - 1) || {digits}
            else rpad({digits}, {exponent} + 1, '0')
        end
    end"""


def _is_nested(physical: str) -> bool:
    return physical.endswith("]") or physical.startswith(("STRUCT", "MAP", "UNION"))


def _matches(pattern: str) -> str:
    return "regexp_full_match({x}, '" + pattern.replace("{", "{{").replace("}", "}}") + "')"


_AT_UTC = "try_cast(rtrim({x}, 'Z') as timestamp)"
# Without its offset, less the offset.
_AT_OFFSET = (
    "try_cast(regexp_replace({x}, '" + _OFFSET.replace("{", "{{").replace("}", "}}") + "$', '') as timestamp)"
    " - cast(regexp_extract({x}, '([+-])[0-9:]+$', 1) || '1' as integer)"
    " * (cast(regexp_extract({x}, '[+-]([0-9][0-9])(?::?[0-9]{{2}})?$', 1) as integer) * interval 1 hour"
    " + cast('0' || regexp_extract({x}, '[+-][0-9]{{2}}:?([0-9]{{2}})$', 1) as integer) * interval 1 minute)"
)
_FROM_TEXT = {
    "instant": "case"
    f" when {_matches(_INSTANT + 'Z?')} then {_AT_UTC}"
    f" when {_matches(_INSTANT + _OFFSET)} then {_in_range(_AT_OFFSET, 'timestamp', _AT_OFFSET)} end",
    "date": f"case when {_matches(_DATE)} then try_cast({{x}} as date) end",
    "boolean": "case lower({x}) when 'true' then true when 'false' then false end",
    "number": f"case when {_matches('[+-]?[0-9]{1,12}(?:[.][0-9]{1,6})?')} then try_cast({{x}} as decimal(18, 6)) end",
    "integer": f"case when {_matches('[+-]?[0-9]{1,12}(?:[.]0{1,6})?')} then try_cast(split_part({{x}}, '.', 1) as bigint) end",
}
