{{ headcount.judged_events(
    'subscription_changes',
    references=[
        {'column': 'subscription_id', 'model': 'int_subscriptions__known'},
    ]
) }}
