"""Which changes `python -m tests.mutate` makes, and that what it excuses is still there. `make test` does not run it."""

import pytest

from headcount.project import PROJECT
from tests.mutate.cells import cells, rows
from tests.mutate.results import Explained
from tests.mutate.texts import mutants, of_file

MODEL = """-- Where a < b in a comment nothing is changed.
select
    coalesce(users.amount, 0) as amount,
    min(users.day) filter (where users.kind = 'paid') as day,
    count(*) over (order by users.day) as number

from {{ ref('users') }} as users

inner join places on users.place = places.place and users.day between 1 and 3

where not users.is_void
    and users.amount >= 10
"""


def changes(text: str, path: str = "models/one.sql") -> set[tuple[str, str, str]]:
    return {(one.kind, one.was, one.becomes) for one in of_file(path, text)}


def test_each_spot_that_decides_something_is_changed():
    assert changes(MODEL) == {
        ("coalesce", "coalesce(users.amount, 0)", "coalesce(0, users.amount)"),
        ("constant", "0", "1"),
        ("extreme", "min", "max"),
        ("filter", " filter (where users.kind = 'paid')", ""),
        ("filter", "where", "where true or"),
        ("comparison", "=", "!="),
        ("word", "'paid'", "'paid~'"),
        ("direction", "order by users.day", "order by users.day desc"),
        ("join", "inner join", "left join"),
        ("and/or", "and", "or"),
        ("constant", "1", "2"),
        ("constant", "3", "4"),
        ("not", "not ", ""),
        ("boundary", ">=", ">"),
        ("direction", ">=", "<"),
        ("constant", "10", "11"),
    }


def test_jinja_is_changed_where_it_decides_and_not_where_it_names():
    text = "{% macro one(a) %}{% if a == 'and' and not b %}{{ ref('or') }}{% endif %}{% endmacro %}"
    assert changes(text, "macros/one.sql") == {
        ("comparison", "==", "!="), ("and/or", "and", "or"), ("not", "not ", ""),
    }  # fmt: skip
    assert {one.macro for one in of_file("macros/one.sql", text)} == {"one"}


@pytest.mark.parametrize(("path", "macro"), [("macros/engine/view.sql", "one"), ("macros/portable/one.sql", "default__one")])
def test_what_another_engine_runs_is_left_to_its_own_tests(path, macro):
    assert changes(f"{{% macro {macro}(a) %}}{{{{ a }}}} < 1{{% endmacro %}}", path) == set()


def test_a_change_is_one_spot_of_one_file():
    for one in mutants()[::40]:
        before, after = (PROJECT / one.path).read_text("utf-8"), one.text()
        assert before[one.start :].startswith(one.was)
        assert after[one.start :].startswith(one.becomes)
        assert after[: one.start] == before[: one.start]
        assert after[one.start + len(one.becomes) :] == before[one.start + len(one.was) :]


def test_every_cell_of_the_rule_seeds_is_changed():
    made = cells()
    for path in {one.path for one in made}:
        assert {(one.line, one.column) for one in made if one.path == path} == {
            (line, column) for line, row in enumerate(rows(path), 2) for column in row
        }
    assert all(one.was != one.becomes and one.rows() != rows(one.path) for one in made)


def test_what_is_explained_is_a_change_and_has_a_reason():
    explained = Explained()
    assert explained.gone(mutants()) == []
    assert all(len(entry["why"]) > 20 for entry in explained.entries)
