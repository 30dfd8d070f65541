"""What the vendors' articles say, sentence by sentence, in docs/articles: a YAML file for each text of an article.

A file has the `article` by its id in `rule_articles`, the `language` of the text, the `rulesets` that rest on it, how many
`sentences` it has, `dated` for what its date means, and `facts`, one for each sentence in its order. A fact says under which
`heading` it stands, its `kind` (sentence, item, row, example), what it `says`, both in our words, by which `rules`, `fixtures`
and `tests` it is held; of a row or item also which `condition` of the seed it is and whether that `counts`. Where there is
nothing to hold, `nothing` says why. A text that says the same in another language names the sentence that says it, `same_as`.
"""

from pathlib import Path

import yaml

from headcount.project import PROJECT

FOLDER = "docs/articles"


def articles(root: Path = PROJECT) -> dict[str, dict]:
    """The texts by the name of their file, without its ending."""
    paths = sorted((root / FOLDER).glob("*.yml"))
    return {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in paths}


def said(name: str, texts: dict[str, dict]) -> list[dict]:
    """The facts of a text, those in another language with what is held of the sentence that says the same."""
    text = texts[name]
    first = {fact["sentence"]: fact for fact in texts[text["article"]]["facts"]}
    return [first[fact["same_as"]] | fact if "same_as" in fact else fact for fact in text["facts"]]
