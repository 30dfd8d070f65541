{% macro prorate(amount, numerator, denominator, minor_units) -%}
    {%- set amount = headcount.checked_expression(amount, 'prorate', 'amount') -%}
    {%- set numerator = headcount.checked_expression(numerator, 'prorate', 'numerator') -%}
    {%- set denominator = headcount.checked_expression(denominator, 'prorate', 'denominator') -%}
    {%- set minor_units = headcount.checked_whole_number(minor_units, 'prorate', 'minor_units', least=0, most=6) -%}
    {%- set sign = 'sign(' ~ amount ~ ') * sign(' ~ numerator ~ ') * sign(' ~ denominator ~ ')' -%}
    {%- set millionths_of_unit -%}
        case {{ minor_units }}
            when 0 then 1000000 when 1 then 100000 when 2 then 10000 when 3 then 1000
            when 4 then 100 when 5 then 10 when 6 then 1
        end
    {%- endset -%}
    {#-
        All in whole numbers: half up is floor((2 x share + unit) / (2 x unit)), without the sign. Of 10.005 with two digits
        the share is 10005000 millionths and the unit 10000: floor(20020000 / 20000) = 1001, which is 10.01.
    -#}
    {%- set twice_share -%}
        2 * {{ headcount.scaled_whole(amount, 6) }} * {{ headcount.scaled_whole(numerator, 9) }}
    {%- endset -%}
    {%- set unit = headcount.scaled_whole(denominator, 9) ~ ' * ' ~ millionths_of_unit -%}
    cast(
        cast({{ sign }} as decimal(1, 0))
        * cast(
            {{ headcount.whole_quotient(twice_share ~ ' + ' ~ unit, '2 * ' ~ unit) }} * {{ millionths_of_unit }}
            as decimal(24, 0)
        )
        * cast(0.000001 as decimal(7, 6))
        as decimal(18, 6)
    )
{%- endmacro %}
