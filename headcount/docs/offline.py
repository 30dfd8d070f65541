"""Nothing asks another machine: the generated pages lose their trackers, every page forbids what is left, and a look
at every address in the files fails on one that is not known to be harmless."""

import re
from html.parser import HTMLParser
from pathlib import Path

from headcount.project import PROJECT

# Addresses that the generated pages would ask, were their telemetry on. It is off; they go nevertheless.
_TRACKERS = (
    "//d1fc8wv8zag5ca.cloudfront.net/2.9.0/sp.js",
    "fishtownanalytics.sinter-collect.com",
    "https://fuzzed.getdbt.com/",
    "https://us.i.posthog.com",
    "https://eu.i.posthog.com",
    "https://us.posthog.com",
    "https://app.posthog.com",
)
# A picture that dbt's page forgot to bring along, and addresses that a browser asks for before they are filled in.
_MISSING = {
    "${require('./assets/favicons/favicon.ico')}": "data:,",
    'xlink:href="{{': 'ng-attr-href="{{',
}

# Every other host in the files: names of XML formats, links for a reader to follow, comments, error texts.
# None is asked by itself. A new one has to be looked at before it stands here.
_HARMLESS = {
    *("www.w3.org", "github.com"),
    # Sphinx's search
    *("snowballstem.org", "developer.mozilla.org"),
    # dbt's page
    *("schemas.getdbt.com", "docs.getdbt.com", "www.getdbt.com"),
    *("aviaryan.in", "docs.angularjs.org", "errors.angularjs.org", "jqueryui.com", "npms.io"),
    # colibri's
    *("colibri-data.com", "lea.verou.me", "looker.example.com", "opensource.org", "posthog.com", "pro.reactflow.dev"),
    *("radix-ui.com", "reactflow.dev", "reactjs.org", "sentry.io", "www.eclipse.org", "yandex.com"),
}

# Where the dashboard is served.
_THIS_MACHINE = {"127.0.0.1"}

_ADDRESS = re.compile(r"(?:\b(?:https?|wss?|ftp):|(?<=[\"'(=`]))\\?/\\?/([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)", re.IGNORECASE)
_POLICY = {
    # dbt's and colibri's pages are programs in one file.
    "dbt": "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' blob: data:; style-src 'unsafe-inline' data:; "
    "img-src data: blob:; font-src data:; connect-src data: blob:; worker-src blob: data:; form-action 'none'",
    # Ours load what stands beside them, also from a disk; their one form asks their own search.
    "": "default-src 'none'; script-src 'self' file: 'unsafe-inline'; style-src 'self' file: 'unsafe-inline'; "
    "img-src 'self' file: data:; form-action 'self' file:",
}
_POLICY["lineage"] = _POLICY["dbt"]

_HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)
# The way back, where neither page has anything of its own; and dbt's page, made for wide screens, in one column.
_BACK = '<a class="all-pages" href="../index.html">All pages</a>'
_STYLE = (
    "<style>.all-pages{position:fixed;z-index:99999;padding:6px 12px;border-radius:6px;background:#14343b;color:#fff!important;"
    "font:600 14px/1.2 system-ui,sans-serif;text-decoration:none}"
)
_STYLES = {
    "dbt": ".all-pages{left:12px;bottom:12px}@media(max-width:760px){.app{min-width:0!important;flex-direction:column}"
    ".app *{min-width:0!important}.app-menu{width:100%!important;flex:0 0 38vh!important}.app-content{width:100%!important;"
    "flex:1 1 0!important}.app-details{overflow-x:auto}.all-pages{left:auto;bottom:auto;right:16px;top:24px}}</style>",
    "lineage": ".all-pages{right:12px;top:5px}</style>",
}


def seal(site: Path, folders: list[Path]) -> None:
    """Take trackers and the paths of this machine out of the generated pages, and give every page its policy."""
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        part = page.relative_to(site).parts[0] if page.parent.name in ("dbt", "lineage") else ""
        if part:
            for tracker in _TRACKERS:
                text = text.replace(tracker, "")
            for broken, whole in _MISSING.items():
                text = text.replace(broken, whole)
            for folder in folders:
                text = text.replace(f"{folder}/", "")
            text = text.replace(f"{PROJECT}/", "").replace(str(PROJECT), ".")
            text = _before_last(text, "</body>", _STYLE + _STYLES[part] + _BACK)
        policy = f'<meta http-equiv="Content-Security-Policy" content="{_POLICY[part]}">'
        start = _HEAD.search(text).end()
        page.write_text(text[:start] + policy + text[start:], "utf-8")


def outside(site: Path) -> list[str]:
    """What in the site's files could ask another machine, or tells of this one."""
    wrong = []
    for page in sorted(path for path in site.rglob("*") if path.is_file()):
        text = page.read_text("utf-8", errors="replace")
        name = str(page.relative_to(site))
        hosts = {match[1].lower() for match in _ADDRESS.finditer(text) if match[1]} - _THIS_MACHINE - _HARMLESS
        wrong += [f"{name}: names {host}; see that nothing asks it" for host in sorted(hosts)]
        wrong += [f"{name}: has the tracker {tracker}" for tracker in _TRACKERS if tracker in text]
        if str(PROJECT) in text:
            wrong.append(f"{name}: tells where on this machine the project is")
        if page.suffix == ".html":
            if "Content-Security-Policy" not in text[:2000]:
                wrong.append(f"{name}: has no policy against asking other machines")
            wrong += [f"{name}: loads {address}" for address in _loaded(text) if not _is_inside(address)]
    return wrong


def _is_inside(address: str) -> bool:
    return address.startswith(("data:", "blob:", "#")) or not re.match(r"([a-z][a-z0-9+.-]*:|//)", address, re.IGNORECASE)


def _loaded(text: str) -> list[str]:
    """The addresses that a browser fetches by itself when it shows a page."""
    reader = _Loads()
    reader.feed(text)
    return reader.addresses


def _before_last(text: str, mark: str, added: str) -> str:
    head, mark, tail = text.rpartition(mark)
    return head + added + mark + tail


class _Loads(HTMLParser):
    def __init__(self):
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            fetched = name in ("src", "srcset", "poster", "background", "data") or (name == "href" and tag in ("link", "base"))
            if fetched and value and not value.startswith("{{"):
                self.addresses.append(value)
