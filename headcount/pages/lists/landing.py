"""Lists of what landed and what was refused."""

from headcount.pages.lists.listing import Column, Listing, code

LISTINGS = (
    Listing(
        "landed", "Rows received", "Received is accepted, repeated and refused rows together; a refused row can have several "
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
            Column("landed_rows", "Received", "number"), Column("accepted_rows", "Accepted", "number"),
            Column("redelivered_rows", "Repeated", "number"), Column("rejected_rows", "Refused", "number"),
            Column("reasons", "Reasons", "number"),
        ),
        "rejected_rows desc, source_table", ("source_table",), (), "No table.",
    ),
    Listing(
        "rejected", "Refused rows", "A row for each reason: a received row can have several.",
        "select source_table, record_key, reason, detail, loaded_at, row_hash from marts.rejected_records",
        (
            Column("source_table", "Table"), Column("record_key", "Record", "id"), code("reason", "Why", "rejection"),
            Column("detail", "In detail"), Column("loaded_at", "Loaded", "instant"),
        ),
        "loaded_at desc nulls last, source_table, record_key, reason, row_hash", ("record_key", "detail", "reason"),
        ("source_table", "reason"), "No row was refused.",
    ),
    Listing(
        "files", "Files read", "What was read of the folder that systems deliver to.",
        "select file, source_table, rows, first_loaded_at, last_loaded_at, is_read, size_bytes from marts.landing_files",
        (
            Column("file", "File"), Column("source_table", "Table"), Column("rows", "Rows", "number"),
            Column("last_loaded_at", "Newest row", "instant"), Column("is_read", "Read", "flag"),
        ),
        "last_loaded_at desc nulls last, file", ("file",), ("source_table",), "No file.",
    ),
)  # fmt: skip
