"""`parledger rubric`: files of rubrics are checked, compared, copied for the next year, and sent."""

from deploy.rubrics.command import add

__all__ = ["add"]
