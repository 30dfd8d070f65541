"""Pages of the dashboard, as their reader sees them."""

import re


def text_of(page: str) -> str:
    """What a reader of the page sees, without its styles, scripts and tags."""
    page = re.sub(r"<(style|script)\b.*?</\1>", " ", page, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
