-- What another ruleset would count in a closed period is what was counted, with those who move in and without those who move out;
-- only of periods that the night has judged.
with

to_judge as (

    select * from {{ ref('int_periods__to_judge') }}

    where period_status = 'closed'

),

counts as (

    select * from {{ ref('fct_active_user_counts') }}

),

whatif_counts as (

    select * from {{ ref('fct_whatif_counts') }}

),

moves as (

    select
        moves.account_id,
        moves.location_id,
        moves.period_start_at,
        moves.ruleset_id,
        sum(case moves.move when 'added' then 1 when 'removed' then -1 end) as more_users

    from {{ ref('fct_whatif_moves') }} as moves

    inner join to_judge
        on moves.account_id = to_judge.account_id
            and moves.location_id = to_judge.location_id
            and moves.period_start_at = to_judge.period_start_at

    group by moves.account_id, moves.location_id, moves.period_start_at, moves.ruleset_id

)

select
    to_judge.account_id,
    to_judge.location_id,
    to_judge.period_start_at,
    coalesce(whatif_counts.ruleset_id, moves.ruleset_id) as ruleset_id

from to_judge

inner join counts
    on to_judge.account_id = counts.account_id
        and to_judge.location_id = counts.location_id
        and to_judge.period_start_at = counts.period_start_at

inner join whatif_counts
    on to_judge.account_id = whatif_counts.account_id
        and to_judge.location_id = whatif_counts.location_id
        and to_judge.period_start_at = whatif_counts.period_start_at

full outer join moves
    on whatif_counts.account_id = moves.account_id
        and whatif_counts.location_id = moves.location_id
        and whatif_counts.period_start_at = moves.period_start_at
        and whatif_counts.ruleset_id = moves.ruleset_id

where (
    whatif_counts.active_users = counts.active_users + coalesce(moves.more_users, 0)
    and whatif_counts.billed_active_users = counts.active_users
    and whatif_counts.billed_ruleset_id = counts.ruleset_id
) is not true
