{% test exact_price(model, column_name) %}

    select *

    from {{ model }}

    where {{ headcount.text_matches(column_name, '[0-9]{1,12}([.][0-9]{1,6}0*)?') }} is not true

{% endtest %}
