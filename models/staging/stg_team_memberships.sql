{{ headcount.staged_rows(
    'team_memberships',
    columns={
        'membership_id': 'text required',
        'team_id': 'text required',
        'customer_id': 'text required',
        'joined_at': 'instant required',
        'left_at': 'instant',
    },
    rejects={
        'ends_before_start': "left_at < joined_at",
    }
) }}
