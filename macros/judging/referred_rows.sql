{% macro referred_rows(rows, held, is_record) -%}
    {%- set kept = ' and not ' ~ rows ~ '.is_deleted' if is_record else '' -%}
    {%- set reasons = [] -%}
    {%- for reference in held.references -%}
        {%- do reasons.append((
            'unknown:' ~ reference.column,
            rows ~ '.' ~ reference.column ~ ' is not null and ' ~ reference.step ~ '.first_known_at is null' ~ kept
        )) -%}
        {%- if reference.owner -%}
            {%- do reasons.append((
                'other_account:' ~ reference.column,
                reference.step ~ '.account_id != ' ~ reference.owner ~ '.account_id' ~ kept
            )) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for lookup in held.lookups -%}
        {%- do reasons.append((
            lookup.reason ~ lookup.column,
            rows ~ '.' ~ lookup.column ~ ' is not null and ' ~ lookup.step ~ '.' ~ lookup.key ~ ' is null' ~ kept
        )) -%}
    {%- endfor -%}
    select
        {{ rows }}.*,
        nullif(concat_ws(
            '|',
            {{ rows }}.content_reasons
            {%- for reason, condition in reasons %},
            case when {{ condition }} then '{{ reason }}' end
            {%- endfor %}
        ), '') as reasons,
        greatest(
            {{ rows }}.loaded_at
            {%- for reference in held.references %},
            {{ reference.step }}.first_known_at
            {%- endfor %}
        ) as known_at

    from {{ rows }}
    {%- for other in held.references + held.lookups %}
    left join {{ other.step }}
        on {{ rows }}.{{ other.column }} = {{ other.step }}.{{ other.key }}
    {%- endfor %}
{%- endmacro %}
