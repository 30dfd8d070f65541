"""Mappings: what is asked of a database, and what is refused before anything is asked."""

from datetime import timedelta

import pytest

from headcount.errors import UsageError
from headcount.land.mapping import parents_first, read_mapping
from headcount.land.sources import source
from headcount.land.sources.address import address
from headcount.landing import landing_contract

WRONG = {
    "": "names no table",
    "[1]": "names no table",
    "a: [": "is no YAML",
    "booking: {kind: snapshot, query: select 1}": "no landed table is called booking",
    "bookings: select 1": "write kind: snapshot",
    "bookings: {query: select 1}": "write kind: snapshot",
    "bookings: {kind: snapshot}": "has no query",
    "bookings: {kind: snapshot, query: ' ; '}": "has no query",
    "bookings: {kind: snapshot, query: select 1, since: booked_at}": "since means nothing to kind: snapshot",
    "bookings: {kind: snapshot, query: 'select {since}'}": "is the whole present state",
    "edits: {kind: append, query: 'select {since}'}": "needs since: and one of its instants, which are edited_at",
    "edits: {kind: append, since: edit_kind, query: 'select {since}'}": "which are edited_at",
    "edits: {kind: append, since: edited_at, query: select 1}": "write where edited_at >= {since}",
    "edits: {kind: append, since: edited_at, overlap: soon, query: 'select {since}'}": "write it like 90 seconds",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_mapping_that_cannot_be_followed_is_one_line(tmp_path, text):
    file = tmp_path / "mapping.yml"
    file.write_text(text)
    with pytest.raises(UsageError) as refused:
        read_mapping(file)
    assert WRONG[text] in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_mapping_may_have_a_heading_and_its_tables_come_parents_first(tmp_path):
    file = tmp_path / "mapping.yml"
    file.write_text(
        "tables:\n"
        "  edits: {kind: append, since: edited_at, overlap: 2 days, query: 'select {since};'}\n"
        "  accounts: {kind: snapshot, query: select 1}\n"
    )
    accounts, edits = read_mapping(file)
    assert (accounts.table.name, accounts.since, edits.table.name, edits.since) == ("accounts", None, "edits", "edited_at")
    assert (edits.query, edits.overlap) == ("select {since}", timedelta(days=2))


def test_no_table_comes_before_one_that_it_refers_to():
    order = [table.name for table in parents_first()]
    assert sorted(order) == sorted(landing_contract())
    for table in landing_contract().values():
        for column in table.columns:
            if column.refers_to:
                assert order.index(column.refers_to.split(".")[0]) < order.index(table.name)


def test_an_address_takes_what_is_secret_from_the_environment(monkeypatch):
    monkeypatch.setenv("APP_PASSWORD", "p@ss/w:rd")
    found = address("postgresql://app:${APP_PASSWORD}@db.example:5433/shop?sslmode=require", is_private=False)
    assert (found.user, found.password, found.host, found.port, found.path) == ("app", "p@ss/w:rd", "db.example", "5433", "/shop")
    assert found.more == {"sslmode": "require"}
    assert "p@ss" not in repr(found)
    assert str(found) == "postgresql://db.example:5433/shop"


@pytest.mark.parametrize("url", ["postgresql://app:hunter2@db/shop", "mysql://app:hunter2@db/shop", "postgresql://db/shop?password=hunter2"])
def test_a_password_that_everybody_can_read_is_refused_and_not_repeated(url):
    with pytest.raises(UsageError, match="holds a password") as refused:
        address(url, is_private=False)
    assert "hunter2" not in str(refused.value)
    assert address(url, is_private=True).password == "hunter2"


@pytest.mark.parametrize("url", ["shop", "postgresql:shop", "postgresql://app:${NOBODY_HAS_SET_THIS}@db/shop", ""])
def test_an_address_that_is_not_understood_is_refused(url):
    with pytest.raises(UsageError, match="--from"):
        address(url, is_private=False)


def test_what_a_database_says_loses_the_address_the_query_and_the_password(monkeypatch):
    monkeypatch.setenv("APP_PASSWORD", "p@ss w\u00f6rd")
    found = source("postgresql://app:${APP_PASSWORD}@db/shop")
    said = 'IO Error: Unable to connect to Postgres at "host=db": FATAL:  no entry for "p@ss w\u00f6rd" or p%40ss%20w%C3%B6rd\n'
    assert found.told(Exception(said)) == 'no entry for "***" or ***'
    said = 'Binder Error: Failed to prepare query "select "x": 1": ERROR:  column "x" does not exist\nLINE 1: select'
    assert found.told(Exception(said)) == 'column "x" does not exist'
