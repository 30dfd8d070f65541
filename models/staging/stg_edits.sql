{{ headcount.staged_rows(
    'edits',
    rejects={
        'in_the_future': headcount.in_the_future('edited_at'),
    }
) }}
