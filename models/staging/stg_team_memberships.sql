{{ headcount.staged_rows(
    'team_memberships',
    rejects={
        'ends_before_start': "left_at < joined_at",
    }
) }}
