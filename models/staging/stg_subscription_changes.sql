{{ headcount.staged_rows(
    'subscription_changes',
    columns={
        'subscription_change_id': 'text required',
        'subscription_id': 'text required',
        'plan': 'text required',
        'duration': 'text required',
        'client_limit': 'integer',
        'changed_at': 'instant required',
    },
    rejects={
        'not_allowed:duration': "duration not in ('monthly', 'quarterly', 'biannual', 'annual')",
        'negative:client_limit': "client_limit < 1",
        'in_the_future': headcount.in_the_future('changed_at'),
    },
    is_record=false
) }}
