"""Parquet files that DuckDB cannot read for one value: milliseconds so far from 1970 that they are no microseconds.

Such an instant is outside the years 1 to 9999 and costs its row, not the night. Of such a file a copy is read, in which
those values stand at the ends of what DuckDB knows; the copy lasts as long as this process.
"""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.parquet as pq

from headcount.landing.sql import file_of_this_process
from headcount.landing.zone import LandedFile

# Milliseconds that still are microseconds in 64 bits, both infinities left out.
_FARTHEST = (2**63 - 2) // 1000


def tamed(file: LandedFile, opened: pq.ParquetFile, columns: list[str]) -> LandedFile:
    """The file, or its copy where one of the columns of the contract needs taming."""
    schema = opened.metadata.schema
    wild = [
        schema.column(at).path for at in range(len(schema)) if schema.column(at).path.lower() in columns and _is_wild(opened, at)
    ]
    if not wild:
        return file
    table = opened.read()
    for name in wild:
        at = table.schema.get_field_index(name)
        kind = table.schema.field(at).type
        counted = compute.cast(table.column(at), pa.int64())
        kept = compute.min_element_wise(counted, _FARTHEST, skip_nulls=False)
        kept = compute.max_element_wise(kept, -_FARTHEST, skip_nulls=False)
        table = table.set_column(at, name, kept.cast(pa.timestamp("ms")).cast(pa.timestamp("us", kind.tz)))
    path = Path(file_of_this_process(".parquet"))
    pq.write_table(table, path)
    return replace(file, path=path)


def _is_wild(opened: pq.ParquetFile, at: int) -> bool:
    """Whether the column counts milliseconds and one of them may be too far."""
    if "timeUnit=milliseconds" not in str(opened.metadata.schema.column(at).logical_type):
        return False
    for number in range(opened.metadata.num_row_groups):
        group = opened.metadata.row_group(number)
        said = group.column(at).statistics
        if said is None or not said.has_min_max:
            # Nothing is said of the values; a column without any has no greatest either.
            if said is None or said.null_count != group.num_rows:
                return True
        elif said.min_raw < -_FARTHEST or said.max_raw > _FARTHEST:
            return True
    return False
