{{ headcount.staged_rows(
    'subscription_changes',
    rejects={
        'not_allowed:duration': "duration not in ('monthly', 'quarterly', 'biannual', 'annual')",
        'negative:client_limit': "client_limit < 1",
        'in_the_future': headcount.in_the_future('changed_at'),
    }
) }}
