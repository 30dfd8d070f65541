{{ headcount.first_known('int_teams__judged', key='team_id', fixed_columns=['account_id']) }}
