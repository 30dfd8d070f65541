{{ headcount.staged_rows('locations') }}
