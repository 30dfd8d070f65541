{% macro referred_rows(rows, references, lookups, own_account, is_record) -%}
    {%- set kept = ' and not ' ~ rows ~ '.is_deleted' if is_record else '' -%}
    {%- set reasons = [] -%}
    {%- for reference in references -%}
        {%- set name = headcount.reference_name(reference.column) -%}
        {%- set referred = rows ~ '.' ~ reference.column ~ ' is not null and ' ~ name ~ '.' -%}
        {%- do reasons.append((
            'unknown:' ~ reference.column, referred ~ 'first_known_at is null' ~ kept
        )) -%}
        {%- if reference.same_account -%}
            {%- do reasons.append((
                'other_account:' ~ reference.column,
                name ~ '.account_id != ' ~ (own_account or 'referred_account.account_id') ~ kept
            )) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for lookup in lookups -%}
        {%- do reasons.append((
            lookup.reason,
            rows ~ '.' ~ lookup.column ~ ' is not null and '
            ~ headcount.reference_name(lookup.column) ~ '.' ~ (lookup.key or lookup.column) ~ ' is null' ~ kept
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
            {%- for reference in references %},
            {{ headcount.reference_name(reference.column) }}.first_known_at
            {%- endfor %}
        ) as known_at

    from {{ rows }}
    {%- for reference in references + lookups %}
    {%- set name = headcount.reference_name(reference.column) %}
    left join {{ name }}
        on {{ rows }}.{{ reference.column }} = {{ name }}.{{ reference.key | default(reference.column) }}
    {%- endfor %}
{%- endmacro %}
