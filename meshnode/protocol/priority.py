"""The order in which objects get the air."""

from enum import IntEnum


class Priority(IntEnum):
    """Lower goes first. Nothing starves: within the budget each class keeps a share."""

    URGENT = 0
    """Severe and extreme bulletins, and what takes them back."""
    AUTHORITY = 1
    """Who belongs to the community, and withdrawals."""
    ORDINARY = 2
    """Everything else."""
    BULK = 3
    """What an author says beyond its fair share of an hour."""
