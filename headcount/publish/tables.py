"""Tables and views in the database: made, given another shape, keyed, described.

Nothing that readers see is dropped and made anew where it can be helped: grants stay, and whoever began to read before the
switch goes on seeing the old rows.
"""

from typing import NamedTuple

from headcount.publish.shape import Column, Relation
from headcount.publish.views import created
from headcount.sql import quoted, text

_SHAPES = """
    select relation.relname, attribute.attname, format_type(attribute.atttypid, attribute.atttypmod), attribute.attnotnull
    from pg_attribute as attribute
    inner join pg_class as relation on attribute.attrelid = relation.oid
    where relation.relnamespace = %s::regnamespace and relation.relkind in ('r', 'p') and attribute.attnum > 0
        and not attribute.attisdropped
    order by relation.relname, attribute.attnum
"""
_INDEXES = """
    select relation.relname, index.indexrelid::regclass::text, index.indisunique, kept.conname,
        array_agg(attribute.attname::text order by place.number)
    from pg_index as index
    inner join pg_class as relation on index.indrelid = relation.oid
    cross join lateral unnest(index.indkey::int2[]) with ordinality as place (attnum, number)
    inner join pg_attribute as attribute on attribute.attrelid = relation.oid and attribute.attnum = place.attnum
    left join pg_constraint as kept on kept.conindid = index.indexrelid and kept.contype in ('p', 'u')
    where relation.relnamespace = %s::regnamespace
    group by relation.relname, index.indexrelid, index.indisunique, kept.conname
"""
_COMMENTS = """
    select relation.relname, attribute.attname, description.description
    from pg_description as description
    inner join pg_class as relation on description.objoid = relation.oid and description.classoid = 'pg_class'::regclass
    left join pg_attribute as attribute on attribute.attrelid = relation.oid and attribute.attnum = description.objsubid
        and description.objsubid > 0
    where relation.relnamespace = %s::regnamespace
"""
_GRANTS = """
    select relation.relname, case when granted.grantee = 0 then null else pg_get_userbyid(granted.grantee) end,
        granted.privilege_type, granted.is_grantable
    from pg_class as relation
    cross join lateral aclexplode(relation.relacl) as granted
    where relation.relnamespace = %s::regnamespace and granted.grantee != relation.relowner
"""


class Index(NamedTuple):
    """An index of a table; `name` is its whole name, quoted, and `constraint` that of the key it serves."""

    name: str
    is_unique: bool
    constraint: str | None
    columns: list[str]


class Tables:
    """What stands in a schema of the database, and the statements that bring it to what shall stand there."""

    def __init__(self, cursor, schema: str):
        self._cursor, self._schema = cursor, schema
        of = [quoted(schema)]
        self._shapes: dict[str, list[Column]] = {}
        for table, column, kind, is_required in cursor.execute(_SHAPES, of).fetchall():
            self._shapes.setdefault(table, []).append(Column(column, kind, is_required))
        self._indexes: dict[str, list[Index]] = {}
        for table, *index in cursor.execute(_INDEXES, of).fetchall():
            self._indexes.setdefault(table, []).append(Index(*index))
        self._comments = {(table, column): said for table, column, said in cursor.execute(_COMMENTS, of).fetchall()}
        self._grants = cursor.execute(_GRANTS, of).fetchall()

    def name(self, relation: Relation) -> str:
        """The whole name of a relation in the database."""
        return f"{quoted(self._schema)}.{quoted(relation.name)}"

    def is_other(self, relation: Relation) -> bool:
        """The table is not there, or has another shape or key."""
        key = list(relation.said.grain)
        is_keyed = any(index.is_unique and index.columns == key for index in self._indexes.get(relation.name, []))
        return not is_keyed or set(self._shapes.get(relation.name, [])) != set(relation.columns)

    def shape(self, relation: Relation) -> None:
        """Make the table, or empty it and give it another shape."""
        if relation.name not in self._shapes:
            columns = ", ".join(map(_declared, relation.columns))
            self._cursor.execute(f"create table {self.name(relation)} ({columns})")
            return
        before = {column.name: column.kind for column in self._shapes[relation.name]}
        wanted = {column.name: column.kind for column in relation.columns}
        # A column that changes its type is another column: rewriting the table would hide it from who reads the old rows.
        steps = [f"drop column {quoted(name)}" for name, kind in before.items() if wanted.get(name) != kind]
        for column in relation.columns:
            null = f"alter column {quoted(column.name)} {'set' if column.is_required else 'drop'} not null"
            steps.append(null if before.get(column.name) == column.kind else f"add column {_declared(column)}")
        self._cursor.execute(f"delete from {self.name(relation)}")
        self._drop_other_keys(relation)
        self._cursor.execute(f"alter table {self.name(relation)} {', '.join(steps)}")

    def key(self, relation: Relation) -> None:
        """Key and indexes of a table that was filled: over the grain, and over each later id, instant and day of it."""
        grain, columns = list(relation.said.grain), ", ".join(map(quoted, relation.said.grain))
        is_there = [index.columns for index in self._indexes.get(relation.name, [])]
        if grain in is_there:
            pass
        elif relation.is_keyed:
            self._cursor.execute(f"alter table {self.name(relation)} add primary key ({columns})")
        else:
            nulls = " nulls not distinct" if self._cursor.connection.info.server_version >= 150000 else ""
            self._cursor.execute(f"create unique index on {self.name(relation)} ({columns}){nulls}")
        for column in grain[1:]:
            if column.endswith(("_id", "_at", "_on")) and [column] not in is_there:
                self._cursor.execute(f"create index on {self.name(relation)} ({quoted(column)})")
        self._cursor.execute(f"analyze {self.name(relation)}")

    def make_view(self, relation: Relation) -> None:
        """Make a view, with the grants of the one that it takes the place of."""
        self._cursor.execute(created(relation, self._schema))
        for view, grantee, privilege, is_grantable in self._grants:
            if view == relation.name:
                to = quoted(grantee) if grantee else "public"
                option = " with grant option" if is_grantable else ""
                self._cursor.execute(f"grant {privilege} on {self.name(relation)} to {to}{option}")

    def drop_view(self, relation: Relation) -> None:
        """Take a view away, before what it reads changes its shape."""
        self._cursor.execute(f"drop view if exists {self.name(relation)}")

    def describe(self, relation: Relation) -> None:
        """Comments from the descriptions, where they are not there yet."""
        kind = "view" if relation.view else "table"
        said = {None: relation.said.description} | {name: relation.said.columns[name] for name in relation.names}
        for column, words in said.items():
            if self._comments.get((relation.name, column)) != words:
                what = f"column {self.name(relation)}.{quoted(column)}" if column else f"{kind} {self.name(relation)}"
                self._cursor.execute(f"comment on {what} is {text(words)}")

    def _drop_other_keys(self, relation: Relation) -> None:
        """Take away keys over other columns than the grain."""
        for index in self._indexes.get(relation.name, []):
            if index.is_unique and index.columns != list(relation.said.grain):
                constraint = f"alter table {self.name(relation)} drop constraint {quoted(index.constraint or '')}"
                self._cursor.execute(constraint if index.constraint else f"drop index {index.name}")


def _declared(column: Column) -> str:
    return f"{quoted(column.name)} {column.kind}{' not null' if column.is_required else ''}"
