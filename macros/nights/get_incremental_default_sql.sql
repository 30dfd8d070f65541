{#-
    The one strategy of everything that is kept from night to night, this project's default: what a night has judged takes
    the place of what was judged of the same keys before; the rest stays.

    What was judged is listed by the model that `meta.judged` names, so that a period that has lost all its users keeps
    none of them; without it, it is whatever the night has brought. The keys are `unique_key`, else the first column.
    That model stands before all that the kept ones read; a ref() to it would ask each of their unit tests for it.
-#}
{% macro get_incremental_default_sql(arguments) -%}
    {%- set columns = arguments.dest_columns | map(attribute='name') | list -%}
    {%- set keys = arguments.unique_key or columns[:1] -%}
    {%- set judged = graph.nodes.get('model.headcount.' ~ config.get('meta', {}).get('judged')) -%}
    delete from {{ arguments.target_relation }} as kept
    where {{ headcount.was_judged(judged.schema ~ '.' ~ judged.alias if judged else arguments.temp_relation, keys) }};

    insert into {{ arguments.target_relation }} ({{ columns | join(', ') }})
    select {{ columns | join(', ') }} from {{ arguments.temp_relation }}
{%- endmacro %}
