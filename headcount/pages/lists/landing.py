"""Lists of what landed and what was refused."""

from headcount.pages.lists.listing import Column, Listing, code

LISTINGS = (
    Listing(
        "landed", "Landed rows", "Landed is accepted, redelivered and rejected rows together; a rejected row can have several "
        "reasons.",
        """
        select landed.*, files.last_loaded_at, coalesce(rejected.reasons, 0) as reasons
        from marts.landing_reconciliation as landed
        left join (
            select source_table, max(last_loaded_at) as last_loaded_at from marts.landing_files group by source_table
        ) as files using (source_table)
        left join (
            select source_table, count(*) as reasons from marts.rejected_records group by source_table
        ) as rejected using (source_table)
        """,
        (
            Column("source_table", "Table"), Column("last_loaded_at", "Newest load", "instant"),
            Column("landed_rows", "Landed", "number"), Column("accepted_rows", "Accepted", "number"),
            Column("redelivered_rows", "Redelivered", "number"), Column("rejected_rows", "Rejected rows", "number"),
            Column("reasons", "Reasons", "number"),
        ),
        "rejected_rows desc, source_table", ("source_table",), (), "No table.",
    ),
    Listing(
        "rejected", "Rejected rows", "A row for each reason: a landed row can have several.",
        "select source_table, record_key, reason, detail, loaded_at, row_hash from marts.rejected_records",
        (
            Column("source_table", "Table"), Column("record_key", "Record", "id"), code("reason", "Why", "rejection"),
            Column("detail", "In detail"), Column("loaded_at", "Loaded", "instant"),
        ),
        "loaded_at desc nulls last, source_table, record_key, reason, row_hash", ("record_key", "detail", "reason"),
        ("source_table", "reason"), "No row was rejected.",
    ),
    Listing(
        "files", "Files read", "What was read of the landing zone.",
        "select file, source_table, rows, first_loaded_at, last_loaded_at, is_read, size_bytes from marts.landing_files",
        (
            Column("file", "File"), Column("source_table", "Table"), Column("rows", "Rows", "number"),
            Column("last_loaded_at", "Newest row", "instant"), Column("is_read", "Read", "flag"),
        ),
        "last_loaded_at desc nulls last, file", ("file",), ("source_table",), "No file.",
    ),
)  # fmt: skip
