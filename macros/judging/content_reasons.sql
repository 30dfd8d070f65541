{% macro content_reasons(columns, rejects, is_record) -%}
    {%- set reasons = {} -%}
    {%- for name, column in columns.items() -%}
        {%- set kept = ' and not is_deleted' if is_record and not loop.first else '' -%}
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
    {%- if is_record -%}
        {%- do reasons.update({'unreadable:_deleted': 'is_deleted_unread is not null'}) -%}
    {%- endif -%}
    {%- do reasons.update(rejects) -%}
    {{- return(reasons) -}}
{%- endmacro %}
