{{ headcount.staged_rows(
    'customer_status_changes',
    rejects={
        'not_allowed:status': "status not in ('active', 'suspended', 'archived')",
        'in_the_future': headcount.in_the_future('changed_at'),
    }
) }}
