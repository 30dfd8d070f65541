{{ headcount.staged_rows(
    'customers',
    columns={
        'customer_id': 'text required',
        'account_id': 'text required',
        'home_location_id': 'text',
        'display_name': 'text',
        'is_admin': 'boolean',
        'created_at': 'instant required',
    }
) }}
