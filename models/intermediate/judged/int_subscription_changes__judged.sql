-- depends_on: {{ ref('int_subscriptions__known') }}
{{ headcount.judged_events('subscription_changes') }}
