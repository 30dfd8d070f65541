{{ headcount.judged_events(
    'subscription_changes',
    key='subscription_change_id',
    columns=['subscription_id', 'plan', 'duration', 'client_limit', 'changed_at'],
    references=[
        {'column': 'subscription_id', 'model': 'int_subscriptions__known'},
    ]
) }}
