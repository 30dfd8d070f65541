"""All about one account and period that a customer may see, in one folder."""

from headcount.packet.job import packet

__all__ = ["packet"]
