"""The order of the steps. A site is written beside the one in use and takes its place when it is whole."""

import shutil
import tempfile
from pathlib import Path

from headcount.docs import generated, offline, pages
from headcount.docs.nodes import Nodes
from headcount.docs.shape import copy_shape
from headcount.errors import CheckFailed, UsageError
from headcount.warehouse import FILE_NAME


def build_site(warehouse: Path, out: Path) -> int:
    """Write the site into the folder `out` and return how many pages it has. Raises UsageError, or CheckFailed
    when a page leads nowhere or would ask another machine; then `out` is as it was."""
    out = out.resolve()
    if out.exists() and not (out / "index.html").is_file() and any(out.iterdir()):
        raise UsageError(f"{out}: holds something else than documentation; name another folder with --out")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    except OSError as error:
        raise UsageError(f"{out}: cannot be written there ({error.strerror})") from error
    try:
        site = work / "site"
        count = _write(warehouse.resolve(), work, site)
        _publish(site, out, work / "before")
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return count


def _write(warehouse: Path, work: Path, site: Path) -> int:
    # DuckDB names the database after the file, and dbt has one name for it.
    shape = work / "shape" / FILE_NAME
    copy_shape(warehouse, shape)
    manifest = generated.dbt_pages(shape, work, site / "dbt", warehouse)
    generated.lineage_page(work, site / "lineage")
    pages.write_pages(site, work, Nodes(manifest))
    offline.seal(site, [work])
    wrong = offline.outside(site)
    if wrong:
        others = f", and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        raise CheckFailed(f"{wrong[0]}{others}; nothing was written")
    return len(list(site.rglob("*.html")))


def _publish(site: Path, out: Path, before: Path) -> None:
    site.chmod(0o755)
    if out.exists():
        out.rename(before)
    site.rename(out)
