{{ headcount.staged_rows(
    'teams',
    columns={
        'team_id': 'text required',
        'account_id': 'text required',
        'location_id': 'text required',
        'paying_customer_id': 'text required',
        'has_merged_invoicing': 'boolean required',
        'created_at': 'instant required',
    }
) }}
