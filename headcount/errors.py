"""Errors for people: one line that says what, where and what to do; each knows its exit code."""


class HeadcountError(Exception):
    """Something the user can mend. Exit code 2: wrong usage or unreadable input, nothing written."""

    exit_code = 2


class UsageError(HeadcountError):
    """The command was called in a way that cannot be carried out."""


class LandingError(HeadcountError):
    """The landing zone cannot be read as its contract says."""


class SourceError(HeadcountError):
    """What data is landed from cannot be read as it was asked for; nothing is written."""


class CheckFailed(HeadcountError):
    """A check or a test did not hold; the warehouse in use is left as it was."""

    exit_code = 1
