{% macro checked_expression(value, macro, argument) -%}
    {%- set text = '' if value is none else value | string | trim -%}
    {%- if value is undefined or value is boolean or value is mapping
        or (value is iterable and value is not string) or text == '' -%}
        {{- exceptions.raise_compiler_error(
            macro ~ ': ' ~ argument ~ ' must be a SQL expression or a number, not ' ~ (value | tojson if value is defined else 'undefined')
        ) -}}
    {%- endif -%}
    {%- if modules.re.fullmatch('[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}', text) -%}
        {{- exceptions.raise_compiler_error(
            macro ~ ': ' ~ argument ~ ' ' ~ text ~ ' is a subtraction in SQL; write date \'' ~ text ~ '\''
        ) -}}
    {%- endif -%}
    {{- return(text) -}}
{%- endmacro %}
