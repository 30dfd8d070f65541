{{ headcount.staged_rows('edits') }}
