{{ headcount.staged_rows('invoice_lines') }}
