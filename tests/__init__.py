"""Every check of the project: `python -m tests.run` runs them all."""
