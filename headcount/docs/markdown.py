"""A Markdown text as HTML, with headings that can be linked to and names that lead to what they name."""

import html
import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.token import Token

from headcount.docs.flowchart import picture
from headcount.docs.links import anchor

_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def title(text: str) -> str:
    """The first heading of a text, without its marks."""
    return re.sub(r"[`*]", "", re.search(r"^# (.+)$", text, re.MULTILINE)[1]).strip()


def first_paragraph(text: str) -> str:
    """The first paragraph of a text, on one line."""
    return " ".join(re.sub(r"\A\s*# .+\n", "", text).strip().split("\n\n")[0].split())


def rendered(text: str, link: Callable[[str], str | None], named: Callable[[str], str | None]) -> str:
    """HTML. `link` gives the address for a link, or None to show its text alone; `named` the address of what a word
    in code names, or None."""
    tokens = _PARSER.parse(text)
    taken: set[str] = set()
    for number, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", anchor(_plain(tokens[number + 1]), taken))
        if token.type == "inline":
            token.children = _linked(token.children, link, named)
    return _PARSER.renderer.render(_framed(tokens), _PARSER.options, {})


def _plain(inline: Token) -> str:
    return "".join(child.content for child in inline.children if child.type in ("text", "code_inline"))


def _linked(children: list[Token], link, named) -> list[Token]:
    found, closes = [], []
    for child in children:
        if child.type == "link_open":
            address = link(str(child.attrGet("href")))
            closes.append(address is not None)
            if address is None:
                child = _raw('<span class="file">')
            else:
                child.attrSet("href", address)
        elif child.type == "link_close":
            child = child if closes.pop() else _raw("</span>")
        elif child.type == "code_inline" and not closes and (address := named(child.content)):
            child = _raw(f'<a class="part" href="{html.escape(address)}"><code>{html.escape(child.content)}</code></a>')
        found.append(child)
    return found


def _framed(tokens: list[Token]) -> list[Token]:
    """Tables and code may be wider than a narrow screen, and scroll; flowcharts become pictures."""
    found = []
    for token in tokens:
        if token.type == "table_open":
            found.append(_raw('<div class="wide" tabindex="0" role="region" aria-label="table">', "html_block"))
        if token.type == "fence" and token.info.strip() == "mermaid" and (drawn := picture(token.content)):
            token = _raw(f'<div class="wide" tabindex="0" role="region" aria-label="chart">{drawn}</div>\n', "html_block")
        elif token.type == "fence":
            token.attrSet("tabindex", "0")
        found.append(token)
        if token.type == "table_close":
            found.append(_raw("</div>\n", "html_block"))
    return found


def _raw(content: str, kind: str = "html_inline") -> Token:
    return Token(kind, "", 0, content=content)
