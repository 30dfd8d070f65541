"""Every sentence of the vendors' articles is held by a test, and the check that says so has been seen to fail."""

import copy
import csv
import io

import duckdb
import pytest
from starlette.testclient import TestClient

from headcount.articles import articles
from headcount.dashboard.application import application
from headcount.docs.articles import article_pages
from headcount.project import PROJECT
from tests.checks.articles import cited_by_pages, numbers_in, wrong

pytestmark = pytest.mark.xdist_group("sample")
OF_2022 = "nexudus-who-is-active-2022"


@pytest.fixture
def texts() -> dict[str, dict]:
    return copy.deepcopy(articles())


def messages(texts) -> list[str]:
    return [finding.message for finding in wrong(texts=texts)]


def fact(texts, number: int, name: str = OF_2022) -> dict:
    return texts[name]["facts"][number - 1]


def test_every_sentence_is_held_by_a_test_or_says_why_there_is_nothing_to_hold():
    assert wrong() == []


def test_there_are_five_texts_with_all_their_sentences(texts):
    """As many as somebody counted in the articles, whatever the files say."""
    assert {name: text["sentences"] for name, text in texts.items()} == {
        "nexudus-active-users-count-2023": 18,
        "nexudus-who-is-active-2022": 30,
        "nexudus-who-is-active-2026": 35,
        "nutrium-active-clients": 22,
        "nutrium-active-clients.de": 21,
    }


def test_most_sentences_say_something_that_is_held(texts):
    """A sentence is not set aside lightly: marketing, screens and addresses are."""
    aside = [fact["says"] for text in texts.values() for fact in text["facts"] if "nothing" in fact]
    assert len(aside) == 11


@pytest.mark.parametrize(("broken", "said"), [
    (lambda facts: facts.pop(8), "should have the sentences 1 to 30, each once and in their order; missing: [9]"),
    (lambda facts: facts.pop(), "should have the sentences 1 to 30, each once and in their order; missing: [30]"),
    (lambda facts: facts.append(dict(facts[3])), "should have the sentences 1 to 30, each once"),
    (lambda facts: facts[3].pop("tests"), "sentence 4: has to be the same as another, or have rules and tests, or say why"),
    (lambda facts: facts[3].update(tests=[]), "sentence 4: has an empty list"),
    (lambda facts: facts[9].update(nothing=""), "sentence 10: has an empty list, or an empty reason"),
    (lambda facts: facts[3].update(rules=[]), "sentence 4: has an empty list"),
    (lambda facts: facts[3].update(says=" "), "sentence 4: is a item, not one of"),
    (lambda facts: facts[3].update(kind="poem"), "sentence 4: is a poem, not one of"),
    (lambda facts: facts[3].update(test="int_x"), "sentence 4: has to be the same as another"),
    (lambda facts: facts[3]["rules"].append("X99"), "sentence 4: names the rule X99, which does not exist"),
    (lambda facts: facts[3]["tests"].append("int_rules__matched__no_such"), "names int_rules__matched__no_such, which"),
    (lambda facts: facts[3]["tests"].append("assert_no_such"), "sentence 4: names assert_no_such, which does not exist"),
    (lambda facts: facts[3]["tests"].append("tests/python/test_oracle.py::test_no_such"), "test_no_such, which does not exist"),
    (lambda facts: facts[3]["fixtures"].append("scenario no_such"), "sentence 4: names scenario no_such, which does not exist"),
    (lambda facts: facts[3]["fixtures"].append("tests/vectors/prorations.csv:NO-1"), "prorations.csv:NO-1, which does not exist"),
    (lambda facts: facts[3].update(rules=["X4", "N1"]), "sentence 4: names N1, and none of its tests and fixtures does"),
    (lambda facts: facts[3].update(rules=["X5"]), "sentence 4: names X5, whose page does not cite it"),
    (lambda facts: facts[3].update(rules=["X5"]), "sentence 4: does not name X4, whose page cites it"),
    (lambda facts: facts[14].update(rules=["X4"]), "sentence 15: does not name X9, for which rule_conditions cites it"),
    (lambda facts: facts[14].update(counts=True), "sentence 15: says one_off_product/free counts: True; the seed says of"),
    (lambda facts: facts[14].update(condition="gift/free"), "says gift/free counts: False; the seed says of nexudus-2022-11-02"),
])  # fmt: skip
def test_what_is_wrong_with_a_sentence_is_found(texts, broken, said):
    broken(texts[OF_2022]["facts"])
    assert any(said in message for message in messages(texts)), messages(texts)


def test_an_article_without_a_file_and_a_file_without_its_numbers_are_found(texts):
    short = texts | {OF_2022: texts[OF_2022] | {"number": 3}}
    assert "look at number" in messages(short)[0]
    del texts[OF_2022]
    assert messages(texts) == ["is in rule_articles and has no file, or the other way round"]


def test_a_rule_that_no_sentence_names_is_found(texts):
    """X15 is of one article alone; that of N3 is said in two languages."""
    for fact in texts["nexudus-active-users-count-2023"]["facts"]:
        if "X15" in fact.get("rules", []):
            fact["rules"] = ["X1"]
    assert "no sentence of an article names X15" in messages(texts)
    for text in texts.values():
        text.pop("dated", None)
    assert "no sentence of an article names P6" in messages(texts)


def test_another_language_says_what_the_first_says(texts):
    german = texts["nutrium-active-clients.de"]["facts"]
    assert [fact["same_as"] for fact in german] == list(range(2, 23))
    page = article_pages()["nutrium-active-clients.de"]
    assert "(in German)" in page
    assert "| 6 | A client is active once information" in page
    assert "As sentence 7 in English. | [N1](../rules/N1.md) |" in page


def test_pages_of_rules_cite_sentences_by_vendor_or_date():
    assert numbers_in("26, 29 to 31 and 33") == {26, 29, 30, 31, 33}
    cited = cited_by_pages(PROJECT)
    assert {(article, number) for rule, article, number in cited if rule == "X11"} == {
        ("nexudus-who-is-active-2022", 30), ("nexudus-active-users-count-2023", 14), ("nexudus-active-users-count-2023", 15),
        *(("nexudus-who-is-active-2026", number) for number in (26, 29, 30, 31)),
    }  # fmt: skip
    assert ("N7", "nutrium-active-clients", 20) in cited


def test_each_sentence_stands_on_the_page_of_its_article(texts):
    for name, page in article_pages().items():
        numbers = [line.split(" | ")[0].removeprefix("| ") for line in page.splitlines() if line.startswith("| ")]
        assert [int(number) for number in numbers if number.isdigit()] == list(range(1, texts[name]["sentences"] + 1))


def test_the_list_of_active_users_is_filtered_by_source(sample_warehouse):
    """X15: those of one source, all of them, and each source that there is can be chosen."""
    client = TestClient(application(sample_warehouse), base_url="http://127.0.0.1")
    with duckdb.connect(str(sample_warehouse), read_only=True) as connection:
        rows = connection.execute(
            "select customer_id, source, location_id from marts.fct_active_user_sources "
            "where account_id = 'nx-2026' and period_start_on = '2026-09-05'"
        ).fetchall()
    assert len({source for _, source, _ in rows}) > 4
    for source, location in {(source, location) for _, source, location in rows}:
        where = {"account": "nx-2026", "day": "2026-09-05", "location": location, "source": source}
        listed = list(csv.DictReader(io.StringIO(client.get("/list/counted.csv", params=where).text)))
        expected = sorted(customer for customer, *its in rows if its == [source, location])
        assert sorted(row["customer_id"].removeprefix("'") for row in listed) == expected
        assert {row["source"] for row in listed} == {source}
