{% macro source() -%}
    {{- return(builtins.source(*varargs, **kwargs).include(database=false)) -}}
{%- endmacro %}
