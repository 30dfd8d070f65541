{% macro graduated_amount(active_users, tiers, minor_units) -%}
    cast(sum(
        case
            when {{ active_users }} >= {{ tiers }}.from_user
                then {{ headcount.prorate(
                    headcount.tier_users(active_users, tiers) ~ ' * ' ~ tiers ~ '.unit_price + ' ~ tiers ~ '.flat_fee',
                    1, 1, minor_units
                ) }}
            when {{ tiers }}.from_user is not null then 0
        end
    ) as decimal(18, 6))
{%- endmacro %}
