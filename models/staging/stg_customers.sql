{{ headcount.staged_rows('customers') }}
