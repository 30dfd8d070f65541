{#-
    The strategy `judged_again` of the judged models: the keys that the night has judged take the place of what was
    judged of them before, and so do all rows without a key.
-#}
{% macro get_incremental_judged_again_sql(arguments) -%}
    {%- set columns = arguments.dest_columns | map(attribute='name') | join(', ') -%}
    {%- set key = (arguments.dest_columns | first).name -%}
    delete from {{ arguments.target_relation }}
    where {{ key }} is null
        or {{ key }} in (select {{ key }} from {{ arguments.temp_relation }});

    insert into {{ arguments.target_relation }} ({{ columns }})
    select {{ columns }} from {{ arguments.temp_relation }}
{%- endmacro %}
