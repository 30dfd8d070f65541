"""Checks on the project's own files. Each has canaries: files that are wrong on purpose and must be flagged."""
