with

memberships as (

    select * from {{ ref('int_team_memberships__judged') }}

    where known_from_at is not null

),

teams as (

    select * from {{ ref('int_teams__judged') }}

    where known_from_at is not null
        and has_merged_invoicing

),

locations as (

    select * from {{ ref('int_locations__placed') }}

    where is_named

),

-- The payer is a member of its own team from the team's creation.
members as (

    select
        teams.team_id,
        teams.location_id as landed_location_id,
        teams.paying_customer_id,
        memberships.customer_id,
        memberships.membership_id as evidence_id,
        memberships.joined_at,
        memberships.left_at,
        greatest(memberships.known_from_at, teams.known_from_at) as known_from_at,
        least(memberships.known_until_at, teams.known_until_at) as known_until_at

    from memberships

    inner join teams on memberships.team_id = teams.team_id

    union all

    select
        team_id,
        location_id as landed_location_id,
        paying_customer_id,
        paying_customer_id as customer_id,
        team_id as evidence_id,
        created_at as joined_at,
        cast(null as timestamp) as left_at,
        known_from_at,
        known_until_at

    from teams

)

select
    locations.account_id,
    locations.location_id,
    members.team_id,
    members.paying_customer_id,
    members.customer_id,
    members.customer_id = members.paying_customer_id as is_payer,
    members.evidence_id,
    members.joined_at,
    members.left_at,
    members.known_from_at,
    members.known_until_at

from members

inner join locations on members.landed_location_id = locations.landed_location_id

where members.known_from_at < members.known_until_at
