{{ headcount.staged_rows('customer_status_changes') }}
