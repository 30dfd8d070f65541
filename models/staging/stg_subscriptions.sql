{{ headcount.staged_rows(
    'subscriptions',
    columns={
        'subscription_id': 'text required',
        'account_id': 'text required',
        'started_on': 'date required',
        'cancelled_on': 'date',
    },
    rejects={
        'ends_before_start': "cancelled_on < started_on",
    }
) }}
