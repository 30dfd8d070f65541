{% macro checked_whole_number(value, macro, argument, least=none, most=none) -%}
    {%- set text = headcount.checked_expression(value, macro, argument) -%}
    {%- if modules.re.fullmatch('[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?', text) -%}
        {%- set number = modules.re.fullmatch('[+-]?[0-9]+', text) and text | int -%}
        {%- if number is none
            or (least is not none and number < least)
            or (most is not none and number > most) -%}
            {{- exceptions.raise_compiler_error(
                macro ~ ': ' ~ argument ~ ' must be a whole number'
                ~ (' of at least ' ~ least if least is not none else '')
                ~ (' and at most ' ~ most if most is not none else '')
                ~ ', not ' ~ text
            ) -}}
        {%- endif -%}
    {%- endif -%}
    {{- return(text) -}}
{%- endmacro %}
