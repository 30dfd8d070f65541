-- Capitals throughout: only a policy of lower case flags them, "be consistent" would not.
SELECT -- flagged: CP01
    PRICE AS COST, -- flagged: CP02
    SUM(THING_ID) AS THINGS, -- flagged: CP03
    NULL AS NOTHING, -- flagged: CP04
    CAST(PRICE AS INTEGER) AS WHOLE_PRICE -- flagged: CP05
FROM {{ ref('things') }} -- flagged: CP01
GROUP BY PRICE
