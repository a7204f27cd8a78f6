"""What is made once per event, or more often: a class of fields that costs a fifth of a dataclass to make.

`msgspec.Struct`, for rooms that know no library but the standard one.
"""

from msgspec import Struct

__all__ = ["Struct"]
