{% macro ref() -%}
    {{- return(builtins.ref(*varargs, **kwargs).include(database=false)) -}}
{%- endmacro %}
