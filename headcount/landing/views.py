"""One view a landed table: every column of the contract as its type, and beside it what could not be read.

A view is the union of its shapes. Each shape is read by itself: its columns are brought to the contract's types before
they meet another's.
"""

from headcount.landing.contract import Table, landing_contract
from headcount.landing.shapes import Shape, mended
from headcount.landing.sql import file_column, is_plain, read_from
from headcount.landing.values import SQL_TYPES, Reading, in_words, reading
from headcount.landing.zone import LandedFile
from headcount.sql import quoted, text

# Half of a surrogate pair, after mending.
_HALF = "chr(65533)"


def view(table: Table, shapes: list[Shape]) -> str:
    """The view's select: the contract's columns, `<column>_unread`, `_file` and `_raw_record`.

    `<column>_unread` is the text of a value that could not be read; the value is null then. `_raw_record` is the row as
    it landed, as JSON, where such a value is in it or a required one is empty; of other rows the values say as much.
    `_file` is the file's name below the landing folder.
    """
    return "\nunion all\n".join(select(shape) for shape in shapes) if shapes else _nothing(table)


def select(shape: Shape) -> str:
    """The rows of one shape."""
    return "\nunion all\n".join(_rows(shape, files, name) for files, name in _named(shape))


def _named(shape: Shape) -> list[tuple[list[LandedFile], str]]:
    """Files that are read together, and SQL for the name of the file that a row stands in.

    The name is the end of the path that DuckDB gives with each row. A file whose path does not end so (its name is no
    UTF-8, or it is read from another place) is read alone, and its name is a literal.
    """
    plain = [file for file in shape.files if is_plain(file.path) and str(file.path).endswith("/" + file.name)]
    named = [([file], text(file.name)) for file in shape.files if file not in plain]
    if plain:
        folder = str(plain[0].path).removesuffix(plain[0].name)
        named.insert(0, (plain, f"substr({file_column(shape.header)}, {len(folder) + 1})"))
    return named


def _rows(shape: Shape, files: list[LandedFile], name: str) -> str:
    table = shape.table
    readings = {column.name: _reading(shape, column.name, column.data_type) for column in table.columns}
    landed = ", ".join(
        f"{_own(shape, column)} as {column}_raw, {one.landed} as {column}_landed" for column, one in readings.items()
    )
    values = ", ".join(f"{one.value.format(x=f'{column}_landed')} as {column}" for column, one in readings.items())
    unread = ", ".join(f"{_unread(column, one)} as {column}_unread" for column, one in readings.items())
    mark = ", line_is_mended" if shape.is_mended else ""
    chosen = ", ".join(f"cast({c.name} as {SQL_TYPES[c.data_type]}) as {c.name}, {c.name}_unread" for c in table.columns)
    return (
        f"select {chosen}, _file, {_raw_record(shape, readings)} as _raw_record from ("
        f"select *, {unread} from ("
        f"select *, {values} from ("
        f"select {landed}, {name} as _file{mark} from {_source(shape, files)} as landed"
        ") as landed) as read_values) as told_apart"
    )


def _reading(shape: Shape, column: str, data_type: str) -> Reading:
    if column not in shape.columns:
        return Reading("cast(null as varchar)", f"cast(null as {SQL_TYPES[data_type]})")
    one = reading(shape.columns[column].physical, data_type, _own(shape, column))
    if shape.is_mended and one.left_over is None:
        return Reading(one.landed, f"case when not (line_is_mended and contains({{x}}, {_HALF})) then {one.value} end", "{x}")
    return one


def _own(shape: Shape, column: str) -> str:
    """SQL for the column as the files have it."""
    if column not in shape.columns:
        return "null"
    return f"{column}_text" if shape.format == "ndjson" else quoted(_name(shape, column))


def _name(shape: Shape, column: str) -> str:
    return column if shape.format == "csv" else shape.columns[column].name


def _unread(column: str, one: Reading) -> str:
    if one.left_over is None:
        return "cast(null as varchar)"
    left_over = one.left_over.format(x=f"{column}_landed")
    return f"case when {column} is null and {column}_landed is not null then {left_over} end"


def _raw_record(shape: Shape, readings: dict[str, Reading]) -> str:
    """The row's own text, made only where a value could not be read or a required one is empty."""
    telling = [f"{column}_unread is not null" for column, one in readings.items() if one.left_over is not None]
    key, needed = shape.table.columns[0].name, shape.table.required_columns
    telling += [f"{name} is null" for name in (key, "_loaded_at")]
    kept = "_deleted is not true and " if "_deleted" in shape.columns else ""
    telling += [f"({kept}{name} is null)" for name in needed if name not in (key, "_loaded_at")]
    physical = {column: found.physical for column, found in shape.columns.items()}
    packed = ", ".join(f"{name} := {in_words(physical[name], f'{name}_raw')}" for name in readings if name in physical)
    return f"case when {' or '.join(telling)} then cast(to_json(struct_pack({packed})) as varchar) end"


def _source(shape: Shape, files: list[LandedFile]) -> str:
    source = read_from(shape.format, files, shape.header)
    if shape.format != "ndjson":
        return source
    line, is_mended = (mended("line"), "not json_valid(line)") if shape.is_mended else ("line", "false")
    names = [column.name for column in shape.table.columns if column.name in shape.columns]
    paths = ", ".join(text(f"$.{_name(shape, name)}") for name in names)
    texts = ", ".join(f"{_exact(f'texts[{number}]', _name(shape, name))} as {name}_text" for number, name in enumerate(names, 1))
    return (
        f"(select {texts}, {file_column()}, line_is_mended from (select *, json_extract_string(json, [{paths}]) as texts "
        f"from (select {line} as json, {file_column()}, {is_mended} as line_is_mended from {source}) as lines) "
        "as values_of_lines)"
    )


def _exact(value: str, name: str) -> str:
    """The value of a key. A number with a fraction is taken from the line: a parsed one is a binary float."""
    # The same name may stand within another value too: the row's own number is the one that parses to it.
    spellings = f"regexp_extract_all(json, '\"{name}\"\\s*:\\s*(-?[0-9][0-9.eE+-]*)', 1)"
    own = f"list_filter({spellings}, lambda spelling: try_cast(spelling as double) = try_cast({value} as double))[1]"
    return f"case when regexp_full_match({value}, '-?[0-9]+[.e][0-9.e+-]*') then coalesce({own}, {value}) else {value} end"


def _nothing(table: Table) -> str:
    columns = ", ".join(
        f"cast(null as {SQL_TYPES[c.data_type]}) as {c.name}, cast(null as varchar) as {c.name}_unread" for c in table.columns
    )
    return f"select {columns}, cast(null as varchar) as _file, cast(null as varchar) as _raw_record where false"


def views(shapes: list[Shape]) -> dict[str, str]:
    """Table -> its view's select, for every landed table."""
    return {
        name: view(table, [shape for shape in shapes if shape.table.name == name]) for name, table in landing_contract().items()
    }
