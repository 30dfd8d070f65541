{{ headcount.staged_rows('platform_invoices') }}
