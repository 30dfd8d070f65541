"""`headcount approve`: lets held lines leave with the next export."""

from pathlib import Path

from headcount import run, spelling
from headcount.errors import UsageError
from headcount.exports.approvals import alone, write
from headcount.exports.waiting import Listing, listing
from headcount.held import after, by_whom, changed, totals


def approve(exports: Path, lines: tuple[str, ...], account: str | None, everything: bool, by: str, note: str | None) -> int:
    """Write an approval of the lines named, of the account or of all, and print what it comes to.

    Raises UsageError, with nothing written, when there is nothing to approve or one of the lines cannot be.
    """
    if bool(lines) + (account is not None) + everything != 1:
        raise UsageError("approve needs one of --line, --account and --all: say what may leave")
    _forbid_unreadable("--by", by)
    if note is not None:
        _forbid_unreadable("--note", note)
    billing = exports / "billing"
    asked = tuple(dict.fromkeys(lines))
    _chosen(listing(exports, asked), exports, asked, account)
    try:
        with alone(billing):
            # Looked at again: another approval may have been first.
            rows = _chosen(listing(exports, asked), exports, asked, account)
            path = write(billing, run.now(), by, note, [_in_file(row) for row in rows])
    except OSError as error:
        raise UsageError(f"exports {exports}: the approval cannot be written ({error.strerror}); nothing was approved") from error
    print(f"approved {len(rows):,} billing lines{after(totals(rows))}; they leave with the next export\n  {path}")
    return 0


def _forbid_unreadable(option: str, text: str) -> None:
    """An approval says who gave it, in words that can be written down."""
    if not text.strip():
        raise UsageError(f"{option} is empty; write it out")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise UsageError(f"{option} is not UTF-8 text; write it otherwise") from None


def _in_file(row: dict) -> dict[str, str]:
    amount = spelling.decimal(row["amount"], spelling.minor_units().get(row["currency"], 0))
    return {"amount": amount} | {name: row[name] for name in ("billing_line_id", "account_id", "currency")}


def _chosen(found: Listing, exports: Path, asked: tuple[str, ...], account: str | None) -> list[dict]:
    """The held lines that may be approved. Raises UsageError for one that may not, or where there is none."""
    if asked:
        rows = [_named(found, exports, line) for line in asked]
    else:
        rows = [row for row in found.lines.values() if account in (None, row["account_id"]) and not found.approval(row)]
    if not rows:
        whose = f"of account {account!r} " if account is not None else ""
        raise UsageError(f"exports {exports}: no line {whose}waits for approval; {_look(exports)}")
    for row in rows:
        for other in found.about(row):
            raise UsageError(
                f"line {row['billing_line_id']} {changed(row, other)}; move that file away from "
                "billing/approvals, which takes the approval back, then approve it again"
            )
    return rows


def _named(found: Listing, exports: Path, line: str) -> dict:
    if line in found.left:
        raise UsageError(f"line {line!r} left in {found.left[line]}: what has left needs no approval")
    row = found.lines.get(line)
    if row is None:
        raise UsageError(f"line {line!r} is not held in {exports}; {_look(exports)}")
    if approval := found.approval(row):
        raise UsageError(f"line {line!r} was approved {by_whom(approval)}; it leaves with the next export")
    return row


def _look(exports: Path) -> str:
    return f"see what is with 'headcount held --exports {exports}'"
