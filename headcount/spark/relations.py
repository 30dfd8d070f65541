"""Puts what DuckDB has written before Spark: a view for each source, and the tables that grow from night to night."""

from headcount.spark.landed import SCHEMAS
from headcount.spark.place import Place


def register(session, place: Place) -> None:
    """Make the views that sources are read from, and those tables of earlier runs that Spark does not know."""
    for schema in SCHEMAS:
        session.sql(f"create schema if not exists {schema}")
        for folder in sorted((place.landed / schema).iterdir()):
            session.sql(f"create or replace view {schema}.{folder.name} as select * from parquet.`{folder}`")
    for folder in sorted(place.earlier.glob("*/*")):
        schema = folder.parent.name
        session.sql(f"create schema if not exists {schema}")
        session.sql(f"create table if not exists {schema}.{folder.name} using parquet as select * from parquet.`{folder}`")
