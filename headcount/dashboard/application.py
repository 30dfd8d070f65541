"""The pages as an ASGI application: an address for each, whose query is what has been chosen."""

from pathlib import Path

from headcount.errors import HeadcountError
from headcount.pages.account import (
    NotThereError,
    account_page,
    chosen_periods,
    find_account,
    people_of,
)
from headcount.pages.addresses import Live
from headcount.pages.asked import SenselessError, asked_of, day_of
from headcount.pages.bill import bills
from headcount.pages.lists import LISTINGS, NoSuchPage, as_csv, ask
from headcount.pages.others import PEOPLE, customer, found, people, rules
from headcount.pages.overview import overview
from headcount.pages.reading import Reading, Shelf
from headcount.pages.render import ASSETS, FOLDER, render

HOST = "127.0.0.1"
TO = Live()


class NotThere(Exception):
    """An account, list or page that there is not: said on a page of its own."""

    def __init__(self, heading: str, said: str, q: str = ""):
        self.heading, self.said, self.q = heading, said, q


def application(warehouse: Path, shelf: Shelf | None = None):
    """The ASGI application. It opens the warehouse anew for each page, so a file that a night has put in its place is seen
    at once. `shelf` keeps what has been worked out of it."""
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.middleware.gzip import GZipMiddleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware
    from starlette.responses import FileResponse
    from starlette.routing import Route

    shelf = shelf or Shelf(warehouse)

    def route(path: str, page):
        def endpoint(request):
            return _answer(shelf, request, page)

        return Route(path, endpoint)

    assets = [Route(f"/static/{name}", lambda request, name=name: FileResponse(FOLDER / "static" / name)) for name in ASSETS]
    pages = [route("/" if page is _overview else f"/{page.__name__.strip('_')}", page) for page in _PAGES]
    lists = [route("/list/{name}", _list)]
    # There is no login: a name that somebody else's DNS points here is not answered.
    known = Middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"])
    # The best compression of a long list takes longer than sending it to the same machine.
    middleware = [known, Middleware(GZipMiddleware, compresslevel=1)]
    return Starlette(routes=[*assets, *pages, *lists, route("/{rest:path}", _nothing)], middleware=middleware)


def _answer(shelf: Shelf, request, page):
    """A page, or one that says why there is none."""
    from starlette.responses import HTMLResponse, Response

    try:
        with Reading(shelf) as reading:
            try:
                given = page(reading, request)
            except NotThere as missing:
                return HTMLResponse(_missing(reading, missing.heading, missing.said, missing.q), 404, _HEADERS)
            except (NotThereError, NoSuchPage) as missing:
                return HTMLResponse(_missing(reading, "Not there", str(missing)), 404, _HEADERS)
            except SenselessError as senseless:
                return HTMLResponse(_missing(reading, "This address makes no sense", str(senseless)), 400, _HEADERS)
            return given if isinstance(given, Response) else HTMLResponse(given, headers=_HEADERS)
    except (HeadcountError, OSError) as error:
        # The file that is being put in place, or one that is gone.
        return Response(f"The warehouse cannot be read now: {error}", 503, media_type="text/plain; charset=utf-8")


def _missing(reading, heading: str, said: str, q: str = "") -> str:
    return render("missing.html", TO, reading, heading=heading, said=said, q=q)


# Pages ask no other machine for anything, and are asked for anew: a night may have passed.
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:",
    "Cache-Control": "no-cache",
}


def _overview(reading, request) -> str:
    return render("overview.html", TO, reading, **overview(reading))


def _account(reading, request) -> str:
    account = _the_account(reading, request)
    page = account_page(reading, account, request.query_params.get("location") or None, day_of(request.query_params, "on"))
    return render("account.html", TO, reading, **page)


def _people(reading, request) -> str:
    account, query = _the_account(reading, request), request.query_params
    shown = query.get("shown", "counted")
    asked = asked_of(query, LISTINGS[shown if shown in LISTINGS else "counted"])
    page = people(reading, account, query.get("location") or None, day_of(query, "on"), asked, shown)
    starts = [{"on": on, "state": ""} for on in page["starts"]]
    return render("people.html", TO, reading, **page, starts_named=starts, places=_places(reading, account))


def _bill(reading, request) -> str:
    account, query = _the_account(reading, request), request.query_params
    location = query.get("location") or None
    chosen = chosen_periods(reading, account["account_id"], location, day_of(query, "on"))
    (found_bill,) = bills(reading, account, location, [chosen[:2]])
    starts = {period["period_start_on"]: period["period_status"] for period in chosen[2]}
    return render(
        "bill.html", TO, reading, bill=found_bill | {"people": people_of(reading, account, chosen[1])},
        account=account, on=chosen[0], location=location,
        starts=[{"on": on, "state": starts[on]} for on in sorted(starts, reverse=True)], places=_places(reading, account),
    )  # fmt: skip


def _customer(reading, request) -> str:
    wanted = request.query_params.get("customer", "")
    page = customer(reading, wanted, asked_of(request.query_params, LISTINGS["history"]))
    if not page["known"] and not page["page"].total and not page["page"].asked.chosen:
        raise NotThere("No such customer", f"Nothing is known of customer “{wanted}”, at any account.", wanted)
    return render("customer.html", TO, reading, **page)


def _find(reading, request) -> str:
    return render("find.html", TO, reading, **found(reading, request.query_params.get("q", "").strip()))


def _rules(reading, request) -> str:
    return render("rules.html", TO, reading, **rules(reading))


def _list(reading, request):
    from starlette.responses import Response

    name, dot, kind = request.path_params["name"].partition(".")
    listing = LISTINGS.get(name)
    if listing is None or (dot and kind != "csv"):
        raise NotThere("No such list", f"There is no list “{name}”.")
    query = request.query_params
    asked = asked_of(query, listing)
    asked.given = {need: day_of(query, need) if need == "day" else query.get(need) or None for need in listing.needs}
    if dot and name in PEOPLE:
        account, location = _the_account(reading, request)["account_id"], asked.given["location"]
        asked.given |= {"account": account, "day": chosen_periods(reading, account, location, asked.given["day"])[0]}
    if dot:
        headers = {**_HEADERS, "Content-Disposition": f'attachment; filename="{name}.csv"'}
        return Response(as_csv(reading, listing, asked), headers=headers, media_type="text/csv; charset=utf-8")
    if "day" in listing.needs or name == "history":
        raise NotThere("No such list", "That list stands on the page of its account or customer.")
    return render("list.html", TO, reading, page=ask(reading, listing, asked), keep=asked.given or {"account": None})


def _nothing(reading, request) -> str:
    raise NotThere("No such page", f"Nothing is at {request.url.path}. Everything there is can be reached from the overview.")


_PAGES = (_overview, _account, _people, _bill, _customer, _find, _rules)


def _the_account(reading, request) -> dict:
    wanted = request.query_params.get("account", "")
    account = find_account(reading, wanted)
    if account is None:
        said = f"No account has the ID “{wanted}”. It may have been deleted, or is not landed yet."
        raise NotThere("No such account", said, wanted)
    return account


def _places(reading, account: dict) -> list[dict]:
    return reading.rows(
        "select location_id, location_name from marts.dim_locations where account_id = $account order by location_id",
        account=account["account_id"],
    )
