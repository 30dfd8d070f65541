{{ headcount.staged_rows('invoices') }}
