{{ headcount.staged_rows(
    'edits',
    columns={
        'edit_id': 'text required',
        'account_id': 'text required',
        'customer_id': 'text required',
        'edit_kind': 'text required',
        'edited_at': 'instant required',
    },
    rejects={
        'in_the_future': headcount.in_the_future('edited_at'),
    },
    is_record=false
) }}
