{{ headcount.staged_rows('team_memberships') }}
