"""Where the dbt project's own files are; the package is installed from the project's folder."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PROFILES = PROJECT / "profiles"
SOURCES = PROJECT / "models" / "staging" / "_landing__sources.yml"
SEEDS = PROJECT / "seeds"
ZONE_OFFSETS = SEEDS / "tz" / "zone_offsets.parquet"
