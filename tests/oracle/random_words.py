"""Words that random landing zones are made of."""

CURRENCIES = ["EUR", "USD", "JPY", "KWD"]


class Unspelled(str):
    """A text to be written as it stands into a column of another type: it cannot be read."""
