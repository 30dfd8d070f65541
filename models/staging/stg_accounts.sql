{{ headcount.staged_rows(
    'accounts',
    columns={
        'account_id': 'text required',
        'product': 'text required',
        'account_name': 'text',
        'timezone': 'text required',
        'currency': 'text required',
        'created_at': 'instant required',
        'history_complete_at': 'instant',
    }
) }}
