"""Links: of a page in the repository to the site's pages, and whether each of the site's own leads somewhere."""

import posixpath
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

from headcount.errors import CheckFailed
from headcount.project import PROJECT


def anchor(heading: str, taken: set[str]) -> str:
    """The name by which a heading can be linked to, the same that code hosts give it."""
    name = re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
    unique, number = name, 0
    while unique in taken:
        number += 1
        unique = f"{name}-{number}"
    taken.add(unique)
    return unique


class Links:
    """Turns links between files of the repository into links between pages of the site."""

    def __init__(self, pages: dict[str, str], parts: dict[str, str]):
        """`pages`: files that become a page, with its address; `parts`: names and files of models, seeds and so on."""
        self.pages, self.parts = pages, parts

    def of_file(self, source: str, link: str) -> str | None:
        """The address for a link in the file `source`; None for a file that the site has no page of.
        Raises CheckFailed for a link to nothing."""
        if re.match(r"[a-z][a-z0-9+.-]*:|#", link, re.IGNORECASE):
            return link
        path, _, part = link.partition("#")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(source), unquote(path)))
        address = self.pages.get(target) or self.parts.get(target)
        if address is None:
            if target.startswith("..") or not (PROJECT / target).exists():
                raise CheckFailed(f"{source}: links to {link}, which does not exist")
            return None
        return self.between(self.pages[source], address) + (f"#{part}" if part and "#" not in address else "")

    def of_name(self, page: str, name: str) -> str | None:
        """The address, seen from `page`, of the part of the project that has this name or is this file."""
        address = self.parts.get(name) or self.pages.get(name.rstrip("/"))
        return None if address is None or address == page else self.between(page, address)

    def between(self, page: str, address: str) -> str:
        """An address seen from the top of the site, as seen from one of its pages."""
        path, mark, rest = address.partition("#")
        return posixpath.relpath(path, posixpath.dirname(page) or ".") + mark + rest


def broken_links(site: Path) -> list[str]:
    """The links of our own pages that lead to no file, or to no heading in it."""
    read: dict[Path, _Page] = {}

    def page(path: Path) -> _Page:
        if path not in read:
            read[path] = _Page()
            read[path].feed(path.read_text("utf-8"))
        return read[path]

    wrong = []
    for path in sorted(site.rglob("*.html")):
        if path.parent.name in ("dbt", "lineage"):
            continue
        for link in page(path).links:
            if re.match(r"[a-z][a-z0-9+.-]*:", link, re.IGNORECASE):
                continue
            file, _, part = link.partition("#")
            file = file.partition("?")[0]
            target = (path.parent / unquote(file)).resolve() if file else path
            where = f"{path.relative_to(site)}: the link {link}"
            if not target.is_file() or site not in target.parents:
                wrong.append(f"{where} leads to no file")
            # What follows a `#!` is read by dbt's page itself; Nodes takes it from the same manifest.
            elif part and not part.startswith("!") and target.suffix == ".html" and part not in page(target).anchors:
                wrong.append(f"{where} leads to no heading")
    return wrong


class _Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        if named.get("href"):
            self.links.append(named["href"])
        if named.get("id"):
            self.anchors.add(named["id"])
