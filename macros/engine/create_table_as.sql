{#-
    How DuckDB makes a table: as dbt-duckdb does, but for a model that says where its slices begin. Those are statements of
    their own, since DuckDB keeps what each branch of one statement has grouped until all are done. For example

        with known as (...) /* slice */ select ... union all /* slice */ select ...

    is made by the first branch, and the second one is inserted into it.
-#}
{% macro duckdb__create_table_as(
    temporary, relation, compiled_code, language='sql', partitioned_by=none, sorted_by=none
) -%}
    {#- A temporary table may be made of the query within another one. -#}
    {%- set parts = [compiled_code] if temporary else compiled_code.split('/* slice */') -%}
    {%- set statements = [] -%}
    {%- for branch in parts[1:] -%}
        {%- set branch = branch.strip() -%}
        {%- do statements.append(parts[0] ~ (branch if loop.last else branch.removesuffix('union all'))) -%}
    {%- endfor -%}
    {{- dbt.duckdb__create_table_as(
        temporary, relation, statements[0] if statements else compiled_code, language, partitioned_by, sorted_by
    ) }}
    {%- for statement in statements[1:] %}
    insert into {{ relation }} (
        {{ statement }}
    );
    {%- endfor %}
{%- endmacro %}
