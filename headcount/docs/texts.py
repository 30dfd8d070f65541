"""The texts of the repository as pages of the site: links lead to pages, and names in code to what they name."""

import html
import posixpath
import re
from urllib.parse import unquote

from headcount.docs.flowchart import picture
from headcount.errors import CheckFailed
from headcount.project import PROJECT

# What is looked at: a block of code, a heading, a link, and code within a text.
_PARTS = re.compile(
    r"^(?P<fence> *```(?P<kind>\w*)\n(?P<code>.*?)^ *```)|^(?P<heading>#+ [^\n]*)$"
    r"|\[(?P<label>(?:[^\[\]`]|`[^`]*`)*)\]\((?P<link>[^)\s]+)\)|(?P<named>`(?P<name>[^`\n]+)`)",
    re.MULTILINE | re.DOTALL,
)


def title(text: str) -> str:
    """The first heading of a text, without its marks."""
    return re.sub(r"[`*]", "", re.search(r"^# (.+)$", text, re.MULTILINE)[1]).strip()


def first_paragraph(text: str) -> str:
    """The first paragraph of a text, on one line and without links."""
    paragraph = re.sub(r"\A\s*# .+\n", "", text).strip().split("\n\n")[0]
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", " ".join(paragraph.split()))


def between(page: str, address: str) -> str:
    """An address seen from the top of the site, as seen from one of its pages."""
    path, mark, rest = address.partition("#")
    return posixpath.relpath(path, posixpath.dirname(page) or ".") + mark + rest


def anchor(page: str, address: str, label: str) -> str:
    """A link to a page that is none of the generator's texts, or may be none."""
    return f'<a href="{html.escape(between(page, address))}"><code>{html.escape(label)}</code></a>'


def linked(text: str, source: str, texts: dict[str, str], parts: dict[str, str]) -> str:
    """The text of the file `source`. `texts`: files that become a page, with its name; `parts`: names and files of models,
    seeds and so on, with the page about each. Raises CheckFailed for a link to nothing."""
    page = texts[source]

    def replaced(found: re.Match) -> str:
        if found["kind"] == "mermaid":
            return picture(found["code"])
        if found["link"]:
            return _link(found["label"], found["link"])
        if found["named"]:
            address = parts.get(found["name"]) or texts.get(found["name"].rstrip("/"), "").replace(".md", ".html")
            return anchor(page, address, found["name"]) if address not in ("", page.replace(".md", ".html")) else found[0]
        return found[0]

    def _link(label: str, link: str) -> str:
        if re.match(r"[a-z][a-z0-9+.-]*:|#", link, re.IGNORECASE):
            return f"[{label}]({link})"
        path, mark, part = link.partition("#")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(source), unquote(path)))
        if target in texts:
            return f"[{label}]({between(page, texts[target])}{mark}{part})"
        if target in parts:
            return anchor(page, parts[target], label.strip("`"))
        if target.startswith("..") or not (PROJECT / target).exists():
            raise CheckFailed(f"{source}: links to {link}, which does not exist")
        # A picture lies beside its page here as there.
        return f"[{label}]({link})" if target.endswith(".svg") else label

    return _PARTS.sub(replaced, text)
