"""Every sentence of the vendors' articles is held by a test, or says why there is nothing to hold.

The sentences stand in docs/articles (headcount/articles.py says how). Their numbers are those by which rules cite them. Held are:
each number is there once; rules, fixtures and tests exist, and a test or fixture names each rule; rules and sentences name each
other (the paragraph **Article** of docs/rules, the seed `rule_conditions`); a row that says who counts agrees with that seed.

`python -m tests.checks.articles` shows what is wrong.
"""

from __future__ import annotations

import calendar
import csv
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from headcount.articles import FOLDER, articles, said
from tests.checks.report import ROOT, Finding, Outcome, judged, ours
from tests.checks.rules_covered import ID, PARAGRAPH, RULES, assertions, python_tests, rules, scenarios, unit_tests

HEAD = {"article", "language", "rulesets", "sentences", "dated", "facts"}
PLACE, HELD = {"sentence", "heading"}, {"kind", "says", "rules", "tests"}
KINDS = {"sentence", "item", "row", "example"}
SEEDS = "seeds/rules"
# How a page calls an article, and how it cites sentences of the one that it has called last.
CITED = re.compile(
    r"Nutrium|(?P<day>\d+) (?P<month>[A-Z][a-z]+) (?P<year>\d{4})|sentences? (?P<numbers>\d+(?:(?:,| to| and) ?\d+)*)"
)
MONTHS = dict(zip(calendar.month_name, range(13)))


def seed(root: Path, name: str) -> list[dict[str, str]]:
    with open(root / SEEDS / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def known_tests(root: Path) -> dict[str, set[str]]:
    """Every test and fixture, as a fact names it, with the rules that it names itself."""
    listed = (*unit_tests(root), *assertions(root), *python_tests(root), *scenarios(root))
    found = {f"tests/python/{test}" if "::" in test else test: set(ID.findall(words)) for test, words in listed}
    for path in ours(root, "tests/vectors", suffixes=(".csv",)):
        with open(path, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                found.setdefault(f"{path.relative_to(root)}:{row['vector_id']}", set())
    return found


def form(name: str, text: dict) -> Iterator[tuple[int, str]]:
    """What is wrong with the form of a text: its head, its numbers and the words of each fact."""
    if strange := set(text) ^ (HEAD if "dated" in text else HEAD - {"dated"}):
        yield 0, f"its head should have no more and no less than {', '.join(sorted(HEAD))}; look at {', '.join(sorted(strange))}"
    numbers = [fact.get("sentence") for fact in text["facts"]]
    if numbers != list(range(1, text["sentences"] + 1)):
        missing = sorted(set(range(1, text["sentences"] + 1)) - set(numbers))
        yield 0, f"should have the sentences 1 to {text['sentences']}, each once and in their order; missing: {missing}"
    for fact in text["facts"]:
        words = set(fact) - {"fixtures", "condition", "counts"}
        if words not in (PLACE | {"same_as"}, PLACE | {"kind", "says", "nothing"}, PLACE | HELD):
            yield fact["sentence"], "has to be the same as another, or have rules and tests, or say why there is nothing to hold"
        elif "kind" in fact and (fact["kind"] not in KINDS or not fact["says"].strip()):
            yield fact["sentence"], f"is a {fact['kind']}, not one of {', '.join(sorted(KINDS))}, or says nothing"
        elif not all(fact.get(word, True) for word in ("nothing", "rules", "tests", "fixtures")):
            yield fact["sentence"], "has an empty list, or an empty reason"
    if "same_as" in text["facts"][0] and name == text["article"]:
        yield 1, "is the first text of its article, and has to say itself what it says"


def held(fact: dict, tests: dict[str, set[str]], known: list[str]) -> Iterator[str]:
    """What is wrong with the rules and tests of a fact."""
    named = [*fact.get("tests", []), *fact.get("fixtures", [])]
    for rule in fact.get("rules", []):
        if rule not in known:
            yield f"names the rule {rule}, which does not exist"
        elif not any(rule in tests.get(test, ()) for test in named):
            yield f"names {rule}, and none of its tests and fixtures does"
    for test in named:
        if test not in tests:
            yield f"names {test}, which does not exist"


def answers(fact: dict, rulesets: list[str], conditions: list[dict[str, str]]) -> Iterator[str]:
    """Where the seed answers otherwise who counts than a row of the article."""
    activity, _, price = fact.get("condition", "").rpartition("/")
    for ruleset in rulesets if activity else []:
        wanted = (ruleset, activity, price)
        counts = [row["counts"] for row in conditions if (row["ruleset_id"], row["activity_type"], row["price_kind"]) == wanted]
        if counts != [str(fact["counts"]).lower()]:
            seeds = ", ".join(counts) or "nothing"
            yield f"says {fact['condition']} counts: {fact['counts']}; the seed says of {ruleset}: {seeds}"


def numbers_in(words: str) -> set[int]:
    """`2, 3 and 29 to 31` as numbers."""
    found = set()
    for part in re.split(r",| and ", words):
        first, _, last = part.partition(" to ")
        found.update(range(int(first), int(last or first) + 1))
    return found


def cited_by_pages(root: Path) -> set[tuple[str, str, int]]:
    """(rule, article, sentence) as the pages of the rules cite them. An article is called by its vendor or its date."""
    dates = {row["published_on"]: row["article_id"] for row in seed(root, "rule_articles")}
    found = set()
    for rule in rules(root):
        paragraphs = dict(PARAGRAPH.findall((root / RULES / f"{rule}.md").read_text("utf-8")))
        article = None
        for match in CITED.finditer(" ".join(paragraphs.get("Article", "").split())):
            if match["numbers"]:
                found |= {(rule, article, number) for number in numbers_in(match["numbers"])}
            else:
                month = MONTHS.get(match["month"], 0)
                day = f"{match['year']}-{month:02}-{int(match['day']):02}" if match["day"] else ""
                article = dates.get(day)
    return found


def without_article(root: Path) -> set[str]:
    """The rules of which their page says that no article speaks of them."""
    pages = {rule: (root / RULES / f"{rule}.md").read_text("utf-8") for rule in rules(root)}
    return {rule for rule, text in pages.items() if dict(PARAGRAPH.findall(text)).get("Article", "").startswith("None")}


def wrong(root: Path = ROOT, texts: dict[str, dict] | None = None) -> list[Finding]:
    """All of it. `texts` may be other ones than those in the folder."""
    texts = articles(root) if texts is None else texts
    found = []

    def say(name: str, number: int, message: str) -> None:
        found.append(Finding(f"{FOLDER}/{name}.yml", number, "articles", f"sentence {number}: {message}" if number else message))

    listed = {row["article_id"] for row in seed(root, "rule_articles")}
    for name in sorted(listed ^ {text["article"] for text in texts.values()}):
        say(name, 0, "is in rule_articles and has no file, or the other way round")
    for name, text in texts.items():
        for number, message in form(name, text):
            say(name, number, message)
    if found:
        return found
    known, tests, conditions = rules(root), known_tests(root), seed(root, "rule_conditions")
    table = set()
    for name, text in texts.items():
        facts = said(name, texts)
        table |= {(rule, text["article"], fact["sentence"]) for fact in facts if name == text["article"]
                  for rule in fact.get("rules", [])}  # fmt: skip
        for fact in [{"sentence": 0} | text.get("dated", {}), *facts]:
            for message in (*held(fact, tests, known), *answers(fact, text["rulesets"], conditions)):
                say(name, fact["sentence"], message)
    pages = cited_by_pages(root)
    for rule, article, number in sorted(table - pages):
        say(article, number, f"names {rule}, whose page does not cite it")
    for rule, article, number in sorted(pages - table):
        say(article, number, f"does not name {rule}, whose page cites it")
    for row in conditions:
        if (row["rule_id"], row["article_id"], int(row["sentence"])) not in table:
            say(row["article_id"], int(row["sentence"]), f"does not name {row['rule_id']}, for which rule_conditions cites it")
    named = {rule for rule, _, _ in table} | {rule for text in texts.values() for rule in text.get("dated", {}).get("rules", [])}
    for rule in sorted(set(known) - without_article(root) - named):
        found.append(Finding(f"{RULES}/{rule}.md", 1, "articles", f"no sentence of an article names {rule}"))
    return sorted(set(found))


def main() -> Outcome:
    """One check."""
    return judged("every sentence of the articles is held by a test", wrong())


if __name__ == "__main__":
    sys.exit(main().failed > 0)
