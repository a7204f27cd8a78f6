"""A token that is none is refused in words that a user can read."""

import pytest

from parledger.bearer import read_token
from parledger.errors import Unauthorized


@pytest.mark.parametrize("token", ["", "garbage", "a.b", "a.b.c.d"])
def test_what_is_no_jwt_is_told_what_one_looks_like(token: str) -> None:
    with pytest.raises(Unauthorized, match="three parts, with points between them"):
        read_token(token)


def test_three_parts_of_nothing_are_none() -> None:
    with pytest.raises(Unauthorized, match="no token that parledger can use"):
        read_token("a.b.c")
