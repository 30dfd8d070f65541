{{ headcount.staged_rows('accounts') }}
