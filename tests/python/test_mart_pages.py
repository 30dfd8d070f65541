"""Each mart's page says what its rows are and which questions they answer, and its query gives what it says it gives."""

import re

import pytest

from headcount.project import PROJECT

pytestmark = pytest.mark.xdist_group("sample")

NAMES = sorted(path.stem for path in (PROJECT / "models" / "marts").rglob("*.sql"))
PAGE = re.compile(
    r"One row for each (?P<grain>.+?)\n\n## Questions\n\n(?P<questions>(?:- .+\n)+)\n## Query\n\n"
    r"(?P<about>.+):\n\n```sql\n(?P<sql>.+?;)\n```\n\nIt gives (?P<columns>(?:`\w+`, )*`\w+` and `\w+`)\.",
    re.DOTALL,
)


@pytest.fixture(scope="module")
def page(compiled):
    """What dbt has as the description of a mart, in its parts."""
    described = {node["name"]: node["description"] for node in compiled.nodes if node["schema"] == "marts"}

    def parts(name):
        match = PAGE.fullmatch(described[name].strip())
        assert match, f"{name} is not described by its grain, '## Questions', '## Query' and what the query gives"
        return match

    return parts


def test_the_pages_are_those_of_the_marts():
    pages = sorted(path.stem for path in (PROJECT / "models" / "marts").rglob("*.md"))
    assert pages == NAMES
    assert len(NAMES) > 20


@pytest.mark.parametrize("name", NAMES)
def test_a_page_has_two_to_four_questions(page, name):
    questions = page(name)["questions"].splitlines()
    assert 2 <= len(questions) <= 4
    assert all(question.endswith("?") for question in questions)


@pytest.mark.parametrize("name", NAMES)
def test_a_query_gives_rows_with_the_columns_it_says_without_a_binary_float(sample, page, name):
    parts = page(name)
    assert f"marts.{name}" in parts["sql"]
    cursor = sample.execute(parts["sql"])
    assert [column[0] for column in cursor.description] == re.findall(r"\w+", parts["columns"].replace(" and ", " "))
    assert not {str(column[1]) for column in cursor.description} & {"DOUBLE", "FLOAT"}
    assert cursor.fetchall()


@pytest.mark.parametrize("name", NAMES)
def test_a_query_shows_no_personal_data(page, name):
    assert not re.search(r"select \*(?!,)|(?<!`)\b(display_name|raw_record)\b", page(name)["sql"])


@pytest.mark.parametrize("name", NAMES)
def test_every_column_says_in_words_what_it_is(compiled, name):
    (mart,) = [node for node in compiled.nodes if node["name"] == name]
    assert {column: one["description"] for column, one in mart["columns"].items() if len(one["description"].split()) < 3} == {}


def test_the_contract_has_each_mart_with_its_grain(compiled):
    contract = (PROJECT / "docs" / "contract" / "marts.md").read_text("utf-8")
    said = {
        name: {re.sub(r" \(.*?\)", "", column) for column in grain.split(", ")}
        for name, grain in re.findall(r"^\| (\w+) \| \*\*(.+?)\*\*", contract, re.MULTILINE)
    }
    marts = [node for node in compiled.nodes if node["schema"] == "marts"]
    assert said == {node["name"]: set(node["config"]["meta"]["grain"]) for node in marts}
