{{ headcount.staged_rows(
    'locations',
    columns={
        'location_id': 'text required',
        'account_id': 'text required',
        'location_name': 'text',
        'timezone': 'text required',
        'created_at': 'instant required',
    }
) }}
