"""A slow, plain reading of the contract, to compare the models with.

It shares no code, no engine and no library with the models: Python's standard library, pyarrow to
open Parquet files, and the pinned tz database. Only its random zones are written by the sample's writer.
`marts.evaluate` gives the rows of the marts.

Instants are naive `datetime` values in UTC everywhere inside.
"""
