"""What is known of the changes: a file that grows by a line for each, and what is said of it."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from pathlib import Path

from headcount.project import PROJECT

KEPT = PROJECT / "build" / "mutate" / "results.jsonl"
EXPLAINED = Path(__file__).with_name("explained.toml")
NEEDED = 95
CHECKS = ("unit test", "data test", "oracle", "pytest", "test_sample", "test_shipped_rules", "headcount nightly",
          "dbt cannot compile", "takes too long")  # fmt: skip


def known() -> dict[str, dict]:
    """The last verdict on each change that has one."""
    if not KEPT.exists():
        return {}
    rows = [json.loads(line) for line in KEPT.read_text("utf-8").splitlines()]
    return {row["key"]: row for row in rows}


def keep(row: dict) -> None:
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    with open(KEPT, "a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")


def line(row: dict) -> str:
    who = row["by"] or "survived" + (f", rows differ in {', '.join(row['differs'][-4:])}" if row["differs"] else "")
    return f"{row['file']}:{row['line']}: {row['change']}: {who}"


class Explained:
    """Changes that nobody can see, one by one: file, the line as it stands, and what becomes of what in it."""

    def __init__(self, path: Path = EXPLAINED):
        self.entries = tomllib.loads(path.read_text("utf-8")).get("changes", [])

    def reason(self, change) -> str | None:
        return next((entry["why"] for entry in self.entries if _fits(entry, change)), None)

    def gone(self, changes: list) -> list[str]:
        """Entries that no change fits any more."""
        return [f"{entry['file']}: {entry['change']}" for entry in self.entries if not any(_fits(entry, one) for one in changes)]


def _fits(entry: dict, change) -> bool:
    return entry["file"] == change.path and _plain(entry["change"]) == _plain(change.change)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def report(rows: dict[str, dict], changes: list, every: list) -> int:
    """A table of what has seen how many, every survivor, and the shares."""
    tried = [(change, rows[change.key]) for change in changes if change.key in rows]
    explained = Explained()
    survived = [(change, row) for change, row in tried if not row["by"]]
    said = [(change, row, explained.reason(change)) for change, row in survived]
    print(f"\n== Seen by, of {len(tried)} changes tried")
    for by, number in Counter(_kind(row["by"]) for _, row in tried if row["by"]).most_common():
        print(f"  {number:5}  {by}")
    print("== Survivors")
    for _, row, reason in said:
        print(f"  {line(row)}" + (f"\n      explained: {reason}" if reason else ""))
    open_ones = [row for _, row, reason in said if not reason]
    seen = len(tried) - len(survived)
    share = 100 * seen / max(seen + len(open_ones), 1)
    gone = explained.gone(every)
    for entry in gone:
        print(f"  explained, and no change any more: {entry}")
    print(f"{len(tried)} of {len(changes)} changes tried: {seen} seen, {len(survived) - len(open_ones)} explained, "
          f"{len(open_ones)} survived: {100 * seen / max(len(tried), 1):.1f} % of all seen, {share:.1f} % of those "
          "that can be")  # fmt: skip
    return 1 if gone or share < NEEDED or any(row["file"].startswith("seeds/") for row in open_ones) else 0


def _kind(by: str) -> str:
    for word in CHECKS:
        if by.startswith(word):
            return word + (" (an error)" if "cannot run" in by else "")
    return "cannot be built"
