"""What a night costs against the history behind it, and against what is new: two tables and a plot.

    python -m benchmarks.history --folder DIR [--edits 200000 --bookings 20000 --customers 20000 --picture FILE]

`--edits` and `--bookings` are those of a month. Zones of 12, 24 and 48 months have the same accounts, customers and rows a
day; of each the table has the whole build and the night a day later. Then nights go on from the same warehouse over 24
months with the rows of 1, 3, 9 and 27 days. The plot, an SVG, draws seconds of CPU: of other programs on the same cores
they depend less than the wall clock. A zone that the folder already holds is used again.
"""

import argparse
import os
import shutil
from datetime import date, timedelta
from pathlib import Path

from benchmarks.cost import Cost
from benchmarks.make_landing import Size
from benchmarks.nightly import night
from benchmarks.plot import panel, side_by_side
from benchmarks.zones import DAY, landing_zone

MONTHS = (12, 24, 48)
DAYS = (1, 3, 9, 27)
#: From here the nights with several days' rows go on; no month ends before the last of them.
BEGIN = DAY - timedelta(days=max(DAYS))


def noon(day: date) -> str:
    return f"{day}T12:00:00Z"


def against_history(folder: Path, zones: dict[int, Path]) -> dict[int, tuple[Cost, Cost]]:
    """The whole build and the night after it, for each number of months."""
    costs = {}
    for months, landing in zones.items():
        place = empty(folder / f"{months}-months")
        costs[months] = night(place, landing, noon(DAY - timedelta(days=1))), night(place, landing, noon(DAY))
        shutil.rmtree(place)
    return costs


def against_news(folder: Path, landing: Path) -> dict[int, Cost]:
    """Nights that go on from copies of one warehouse, for each number of days."""
    begin = empty(folder / "begin")
    night(begin, landing, noon(BEGIN))
    costs = {}
    for days in DAYS:
        place = folder / f"{days}-days"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(begin, place)
        costs[days] = night(place, landing, noon(BEGIN + timedelta(days=days)))
        shutil.rmtree(place)
    return costs


def empty(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def row(name: str, cost: Cost) -> str:
    return f"| {name} | {cost.wall:.1f} s | {cost.cpu:.1f} s | {cost.peak:.2f} GiB |"


def picture(history: dict[int, tuple[Cost, Cost]], news: dict[int, Cost]) -> str:
    """Both tables side by side as SVG: seconds of CPU."""
    whole = {months: costs[0].cpu for months, costs in history.items()}
    later = {months: costs[1].cpu for months, costs in history.items()}
    new = {days: cost.cpu for days, cost in news.items()}
    return side_by_side([
        panel("months of history", {"whole build": whole, "night after it": later}),
        panel("days of new rows", {"night": new}),
    ])  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True, help="landing zones and warehouses stand here")
    parser.add_argument("--edits", type=int, default=200_000, help="of a month")
    parser.add_argument("--bookings", type=int, default=20_000, help="of a month")
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--picture", type=Path)
    options = parser.parse_args()
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    zones = {
        months: landing_zone(folder, Size(
            edits=months * options.edits, bookings=months * options.bookings, months=months,
            accounts=options.customers // 40, customers=options.customers, by="day",
        ))
        for months in MONTHS
    }  # fmt: skip
    load = os.getloadavg()[0]

    print(f"{options.edits:,} edits and {options.bookings:,} bookings a month; {os.cpu_count()} cores, load {load:.1f}\n")
    history, news = against_history(folder, zones), against_news(folder, zones[24])
    print("| what | wall | CPU | memory |")
    print("| --- | ---: | ---: | ---: |")
    for months, (whole, later) in history.items():
        print(row(f"whole build of {months} months", whole))
        print(row(f"night after {months} months", later))
    for days, cost in news.items():
        print(row(f"night of {days} days' rows", cost))
    print(f"\nload {os.getloadavg()[0]:.1f}")
    if options.picture:
        options.picture.write_text(picture(history, news))


if __name__ == "__main__":
    main()
