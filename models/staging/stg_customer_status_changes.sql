{{ headcount.staged_rows(
    'customer_status_changes',
    columns={
        'status_change_id': 'text required',
        'customer_id': 'text required',
        'status': 'text required',
        'changed_at': 'instant required',
    },
    rejects={
        'not_allowed:status': "status not in ('active', 'suspended', 'archived')",
        'in_the_future': headcount.in_the_future('changed_at'),
    },
    is_record=false
) }}
