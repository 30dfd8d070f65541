{{ headcount.judged_events(
    'customer_status_changes',
    references=[
        {'column': 'customer_id', 'model': 'int_customers__known'},
    ]
) }}
