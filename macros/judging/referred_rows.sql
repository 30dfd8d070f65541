{#-
    Rows with what they refer to: `reasons` is all that is wrong with each, null of a good one, and `known_at` the
    latest of its own load and the instants at which the rows it refers to were first known. For example, of a booking
    loaded on the 1st by a customer who came on the 5th: reasons null, known_at the 5th; before the 5th, unknown:customer_id.
-#}
{% macro referred_rows(rows, held, is_record) -%}
    {%- set kept = ' and not ' ~ rows ~ '.is_deleted' if is_record else '' -%}
    {%- set reasons = {} -%}
    {%- for reference in held.references -%}
        {%- do reasons.update({
            'unknown:' ~ reference.column:
                rows ~ '.' ~ reference.column ~ ' is not null and ' ~ reference.step ~ '.first_known_at is null' ~ kept
        }) -%}
        {%- if reference.owner -%}
            {%- do reasons.update({
                'other_account:' ~ reference.column:
                    reference.step ~ '.account_id != ' ~ reference.owner ~ '.account_id' ~ kept
            }) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for lookup in held.lookups -%}
        {%- do reasons.update({
            lookup.reason ~ lookup.column:
                rows ~ '.' ~ lookup.column ~ ' is not null and ' ~ lookup.step ~ '.' ~ lookup.key ~ ' is null' ~ kept
        }) -%}
    {%- endfor -%}
    select
        {{ rows }}.*,
        case
            when {{ rows }}.content_reasons is not null{% for condition in reasons.values() %} or ({{ condition }}){% endfor %}
                then concat_ws(
                    '|',
                    {{ rows }}.content_reasons
                    {%- for reason, condition in reasons.items() %},
                    case when {{ condition }} then '{{ reason }}' end
                    {%- endfor %}
                )
        end as reasons,
        {% if held.references -%}
        greatest(
            {{ rows }}.loaded_at
            {%- for reference in held.references %},
            {{ reference.step }}.first_known_at
            {%- endfor %}
        ) as known_at
        {%- else -%}
        {{ rows }}.loaded_at as known_at
        {%- endif %}

    from {{ rows }}
    {%- for other in held.references + held.lookups %}
    left join {{ other.step }}
        on {{ rows }}.{{ other.column }} = {{ other.step }}.{{ other.key }}
    {%- endfor %}
{%- endmacro %}
