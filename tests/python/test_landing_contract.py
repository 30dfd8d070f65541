"""A landed table is stated once, in the source definitions: whatever else lists its columns says the same."""

import re

import pytest

from headcount.expectations.profiles import known_words
from headcount.landing import landing_contract
from headcount.project import PROJECT
from headcount.sample import tables as sample
from tests.oracle import contract as oracle

CONTRACT = landing_contract()
TABLES = sorted(CONTRACT)
# The oracle's words for types that the sources call otherwise.
ORACLE_TYPES = {"decimal": "number", "status": "text", "duration": "text"}
ORACLE_LISTS = {"status": oracle.STATUSES, "duration": oracle.DURATIONS}


def of(name: str):
    """The columns of a landed table, without its clock and its mark of deletion."""
    return [column for column in CONTRACT[name].columns if not column.name.startswith("_")]


def page() -> dict[str, tuple[str, list[tuple[str, bool]]]]:
    """The tables of docs/contract/landing.md: kind, and each column with whether it is required."""
    text = (PROJECT / "docs" / "contract" / "landing.md").read_text("utf-8")
    section = text.split("\n## Tables\n")[1].split("\n## ")[0]
    found = {}
    for name, kind, cells in re.findall(r"^\| (\w+) \| (record|event) \| (.*) \|$", section, re.MULTILINE):
        listed = re.sub(r"\([^)]*\)", "", cells).split(";")[0].split(",")
        found[name] = kind, [(word.strip().rstrip("!"), word.strip().endswith("!")) for word in listed]
    return found


def test_the_same_tables_are_listed_everywhere():
    assert list(page()) == list(CONTRACT) == list(oracle.TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_the_page_lists_the_columns(name):
    assert page()[name] == (CONTRACT[name].kind, [(column.name, column.required) for column in of(name)])


@pytest.mark.parametrize("name", TABLES)
def test_the_oracle_reads_the_same_columns(name):
    table = oracle.TABLES[name]
    assert table.is_event == (CONTRACT[name].kind == "event")
    theirs = [
        (column.name, ORACLE_TYPES.get(column.kind, column.kind), column.required, column.refers_to)
        for column in table.columns
    ]
    assert theirs == [
        (column.name, column.data_type, column.required, column.refers_to and column.refers_to.split(".")[0])
        for column in of(name)
    ]


@pytest.mark.parametrize("name", TABLES)
def test_the_oracle_rejects_the_same(name):
    columns = of(name)
    assert oracle.IMMUTABLE.get(name, ()) == tuple(column.name for column in columns if column.immutable)
    assert set(oracle.ENDS_AFTER_STARTS.get(name, ())) == {
        (column.not_before, column.name) for column in columns if column.not_before
    }
    happened_at = [oracle.HAPPENED_AT[name]] if name in oracle.HAPPENED_AT else []
    assert happened_at == [column.name for column in columns if column.never_ahead]
    for column, theirs in zip(columns, oracle.TABLES[name].columns, strict=True):
        assert (column.name, column.at_least) == (column.name, oracle.SMALLEST.get(column.name))
        assert (column.name, column.allowed) == (column.name, ORACLE_LISTS.get(theirs.kind, ()))


def test_what_the_sample_says_of_its_own_names_what_there_is():
    """A table that is no more would be passed over in silence."""
    assert {*sample.FILE_FORMATS, *sample.INSTANTS, *sample.ADDED} <= set(CONTRACT)


@pytest.mark.parametrize("name", TABLES)
def test_what_is_said_of_a_column_fits_it(name):
    names = [column.name for column in of(name)]
    for column in of(name):
        if column.refers_to:
            parent, key = column.refers_to.split(".")
            assert key == CONTRACT[parent].columns[0].name
        assert column.not_before is None or column.not_before in names
        assert set(column.watch) <= {"happened", "money", "words", "filled", "parent"}
        assert "parent" not in column.watch or column.refers_to
        assert "filled" not in column.watch or not column.required
        assert "words" not in column.watch or known_words(column.name)


@pytest.mark.parametrize("name", TABLES)
def test_a_judged_model_depends_on_what_its_columns_name(name, compiled):
    """One model reads a staging view: the one that judges it. dbt itself stops where a line is missing."""
    staged = f"model.headcount.stg_{name}"
    [node] = [node for node in compiled.nodes if staged in node["depends_on"].get("nodes", [])]
    lists = {"zone": "stg_zones", "currency": "stg_currencies", "product": "stg_products"}
    wanted = {f"stg_{name}"}
    for column in of(name):
        if column.refers_to:
            wanted.add(f"int_{column.refers_to.split('.')[0]}__known")
        if column.data_type in lists:
            wanted.add(lists[column.data_type])
    assert {parent.split(".")[-1] for parent in node["depends_on"]["nodes"]} == wanted
