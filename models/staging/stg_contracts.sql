{{ headcount.staged_rows('contracts') }}
