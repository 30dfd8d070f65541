{{ headcount.judged_records(
    'team_memberships',
    references=[
        {'column': 'team_id', 'model': 'int_teams__known'},
        {'column': 'customer_id', 'model': 'int_customers__known', 'same_account': true},
    ],
    own_account='referred_team.account_id'
) }}
