-- depends_on: {{ ref('int_teams__known') }}
-- depends_on: {{ ref('int_customers__known') }}
{{ headcount.judged_records('team_memberships') }}
