"""dbt finds this module by its name where the project's folder is on Python's path, as in the environment of `make spark`:
gives every dbt command on the target spark its session and the landing zone (headcount/spark/plugin.py)."""

from headcount.spark.plugin import SparkPlugin

plugins = [SparkPlugin]
