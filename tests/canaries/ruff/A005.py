"""Called like a module of Python's own: see the check."""
