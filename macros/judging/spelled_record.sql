{#-
    A row whose values could all be read, as JSON text in the contract's spellings: its values say all that it said.
-#}
{% macro spelled_record(landed) -%}
    {%- set spelled = {} -%}
    {%- for name, column in landed.columns.items() -%}
        {%- if column.type == 'instant' -%}
            {%- do spelled.update({name: headcount.spelled_instant(name)}) -%}
        {%- elif column.type == 'number' -%}
            {%- do spelled.update({name: "trim(trailing '.' from trim(trailing '0' from cast(" ~ name ~ " as string)))"}) -%}
        {%- else -%}
            {%- do spelled.update({name: 'cast(' ~ name ~ ' as string)'}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do spelled.update({'_loaded_at': headcount.spelled_instant('loaded_at')}) -%}
    {%- if landed.is_record -%}
        {%- do spelled.update({'_deleted': "case when is_deleted then 'true' end"}) -%}
    {%- endif -%}
    {{- headcount.json_object(spelled) -}}
{%- endmacro %}
