{{ headcount.judged_events(
    'edits',
    key='edit_id',
    columns=['account_id', 'customer_id', 'edit_kind', 'edited_at'],
    references=[
        {'column': 'account_id', 'model': 'int_accounts__known'},
        {'column': 'customer_id', 'model': 'int_customers__known', 'same_account': true},
    ]
) }}
