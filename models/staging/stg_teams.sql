{{ headcount.staged_rows('teams') }}
