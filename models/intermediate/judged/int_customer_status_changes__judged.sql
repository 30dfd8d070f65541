{{ headcount.judged_events(
    'customer_status_changes',
    key='status_change_id',
    columns=['customer_id', 'status', 'changed_at'],
    references=[
        {'column': 'customer_id', 'model': 'int_customers__known'},
    ]
) }}
