"""How often Python looks for garbage while dbt runs."""

import gc
from contextlib import contextmanager

# Young objects after so many of them were made, old ones practically never: dbt holds the whole project in objects that stay.
_SELDOM = (20_000, 20, 100_000)


@contextmanager
def seldom_collected():
    """Within it, what lives long is not looked through for garbage: of a small night that takes a tenth, and finds none."""
    before = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
