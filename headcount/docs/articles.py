"""The pages on which every sentence of an article stands with the rules, fixtures and tests that hold it."""

from headcount.articles import articles, said
from headcount.seeds import rows

_ABOUT = (
    "Numbers are those by which rules cite sentences: sentences, list items and table rows in their order, title, headings and "
    "the questions of an FAQ not among them, nor what stands around the text: author, date, feedback. "
    "`python -m tests.checks.articles` fails for a sentence without a test."
)


def article_pages() -> dict[str, str]:
    """The pages by the name of their file in docs/articles, without its ending."""
    texts = articles()
    listed = {row["article_id"]: row for row in rows("rules/rule_articles.csv")}
    return {name: _page(listed[text["article"]], text, said(name, texts)) for name, text in texts.items()}


def _page(article: dict[str, str], text: dict, facts: list[dict]) -> str:
    dated = text.get("dated")
    language = "" if text["language"] == "English" else f" (in {text['language']})"
    lines = [f"# {article['vendor']}, {article['published_on'] or 'undated'}: {article['title']}{language}", ""]
    aside = sum("nothing" in fact for fact in facts)
    lines += [f"{len(facts)} sentences, in our words, with what holds each; {aside} of them have nothing to hold.", "", _ABOUT]
    if dated:
        lines += ["", f"{dated['says']} {_rules(dated['rules'])}: {_names(dated['tests'])}."]
    heading = None
    for fact in facts:
        if fact["heading"] != heading:
            heading = fact["heading"]
            lines += ["", f"## {heading}", "", "| no. | what it says | rules | fixtures | tests |"]
            lines.append("| --- | --- | --- | --- | --- |")
        lines.append(f"| {' | '.join(_cells(fact))} |")
    return "\n".join(lines) + "\n"


def _cells(fact: dict) -> list[str]:
    says = fact["says"] + (f" As sentence {fact['same_as']} in English." if "same_as" in fact else "")
    if "nothing" in fact:
        return [str(fact["sentence"]), says, "", "", f"Nothing to hold: {fact['nothing']}"]
    return [str(fact["sentence"]), says, _rules(fact["rules"]), _names(fact.get("fixtures", [])), _names(fact["tests"])]


def _rules(rules: list[str]) -> str:
    return ", ".join(f"[{rule}](../rules/{rule}.md)" for rule in rules)


def _names(names: list[str]) -> str:
    return ", ".join(f"`{name.removeprefix('scenario ')}`" for name in names)
