{#-
    What the rows of a landed table are held against, one entry a column: the rows it refers to, which have to be known,
    then the lists that its value has to be in.

    A row's own account is that of its `account_id`, else of its team, else of its location. A customer, team or
    location that it names besides has to be of that account: a booking at a place of A by a customer of B is rejected
    for its customer.
-#}
{% macro held_against(landed) -%}
    {%- set lists = {
        'zone': {'model': 'stg_zones', 'key': 'timezone', 'reason': 'unreadable:'},
        'currency': {'model': 'stg_currencies', 'key': 'currency', 'reason': 'not_allowed:'},
        'product': {'model': 'stg_products', 'key': 'product', 'reason': 'not_allowed:'},
    } -%}
    {%- set found = {'accounts': [], 'teams': [], 'locations': [], 'others': []} -%}
    {%- set references, lookups = [], [] -%}
    {%- for name, column in landed.columns.items() -%}
        {%- set step = 'referred_' ~ name | replace('_id', '') -%}
        {%- if column.refers_to -%}
            {%- set table, key = column.refers_to.split('.') -%}
            {%- set reference = {'column': name, 'step': step, 'model': 'int_' ~ table ~ '__known', 'key': key, 'table': table} -%}
            {%- do references.append(reference) -%}
            {%- do found[table if table in found else 'others'].append(step) -%}
        {%- elif column.type in lists -%}
            {%- do lookups.append(dict(lists[column.type], column=name, step=step)) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set owner = (found.accounts + found.teams + found.locations) | first -%}
    {%- for reference in references if owner and reference.step != owner -%}
        {%- if reference.table in ('customers', 'teams', 'locations') -%}
            {%- do reference.update({'owner': owner}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return({'references': references, 'lookups': lookups}) -}}
{%- endmacro %}
