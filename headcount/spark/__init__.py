"""The models on Apache Spark: DuckDB reads the landing zone and keeps the result, Spark builds what lies between.

How it is run, on which machines, and what was tried: docs/spark.md.
"""

import warnings

# pyspark says so to whoever imports it; nothing here goes through pandas.
warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")
