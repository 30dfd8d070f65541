{% macro content_reasons(columns, rejects, is_record) -%}
    {%- set reasons = {} -%}
    {%- for name, words in columns.items() -%}
        {%- set typed = not words.startswith('text') -%}
        {%- set kept = ' and not is_deleted' if is_record and not loop.first else '' -%}
        {%- if typed -%}
            {%- do reasons.update({'unreadable:' ~ name: name ~ '_unread is not null'}) -%}
        {%- endif -%}
        {%- if 'required' in words -%}
            {%- set unread = ' and ' ~ name ~ '_unread is null' if typed else '' -%}
            {%- do reasons.update({'missing:' ~ name: name ~ ' is null' ~ unread ~ kept}) -%}
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
