"""Pages of the dashboard, as their reader sees them."""

import re
from html import unescape

# A number with a point that is neither within a word, a date or a version, nor has a currency behind it.
_BARE = re.compile(r"(?<![\w.,:/-])[−-]?\d[\d,]*\.\d+(?![\w.])(?!\s+[A-Z]{3}\b)")


def bare_amounts(page: str) -> list[str]:
    """Amounts of the page that are said without a currency."""
    return _BARE.findall(text_of(page))


def text_of(page: str) -> str:
    """What a reader of the page sees, without its styles, scripts and tags."""
    page = re.sub(r"<(style|script)\b.*?</\1>", " ", page, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def links_of(page: str) -> list[str]:
    """Where the links of the page lead, without those within it."""
    return [unescape(link) for link in re.findall(r'<a [^>]*href="([^"#][^"]*)"', page)]


def tables_of(page: str, label: str) -> list[list[list[str]]]:
    """The rows of every table in a part of the page with this label, without its head; a cell is its text."""
    found = re.findall(rf'aria-label="{re.escape(label)}">\s*<table.*?</table>', page, re.S)
    return [
        [
            [text_of(cell).strip() for cell in re.findall(r"<t[dh]\b[^>]*>(.*?)</t[dh]>", row, re.S)]
            for row in re.findall(r"<tr>(.*?)</tr>", table.partition("</thead>")[2], re.S)
        ]
        for table in found
    ]
