{{ headcount.staged_rows(
    'subscriptions',
    rejects={
        'ends_before_start': "cancelled_on < started_on",
    }
) }}
