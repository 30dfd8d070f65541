{#- Reason to SQL condition. The columns' conditions are what the sources state of them. -#}
{% macro content_reasons(landed) -%}
    {%- set reasons, ends = {}, [] -%}
    {%- for name, column in landed.columns.items() -%}
        {%- set kept = ' and not is_deleted' if landed.is_record and name != landed.key else '' -%}
        {%- do reasons.update({'unreadable:' ~ name: name ~ '_unread is not null'}) -%}
        {%- if column.required -%}
            {%- do reasons.update({
                'missing:' ~ name: name ~ ' is null and ' ~ name ~ '_unread is null' ~ kept
            }) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do reasons.update({
        'unreadable:_loaded_at': 'loaded_at_unread is not null',
        'missing:_loaded_at': 'loaded_at is null and loaded_at_unread is null',
    }) -%}
    {%- if landed.is_record -%}
        {%- do reasons.update({'unreadable:_deleted': 'is_deleted_unread is not null'}) -%}
    {%- endif -%}
    {%- for name, column in landed.columns.items() -%}
        {%- if column.allowed -%}
            {%- do reasons.update({'not_allowed:' ~ name: name ~ " not in ('" ~ column.allowed | join("', '") ~ "')"}) -%}
        {%- endif -%}
        {%- if column.at_least is defined -%}
            {%- do reasons.update({'negative:' ~ name: name ~ ' < ' ~ column.at_least}) -%}
        {%- endif -%}
        {%- if column.not_before -%}
            {%- do ends.append(name ~ ' < ' ~ column.not_before) -%}
            {%- do reasons.update({'ends_before_start': ends | join(' or ')}) -%}
        {%- endif -%}
        {%- if column.never_ahead -%}
            {%- do reasons.update({'in_the_future': name ~ ' > loaded_at + interval 24 hour'}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(reasons) -}}
{%- endmacro %}
