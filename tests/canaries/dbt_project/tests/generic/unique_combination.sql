{% test unique_combination(model, columns) %}
select 1 as found from {{ model }} group by {{ columns | join(', ') }} having count(*) > 1
{% endtest %}
