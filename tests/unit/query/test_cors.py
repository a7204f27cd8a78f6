"""Which origins may be named."""

import pytest

from services.query.cors import origins
from shared.hosting.environment import ConfigurationError


def named(value: str) -> tuple[str, ...]:
    return origins({"PARLEDGER_CORS_ORIGINS": value})


def test_none_is_named_by_default() -> None:
    assert origins({}) == named("") == named(" , ") == ()


def test_several_are_separated_by_commas() -> None:
    assert named("https://a.example, http://localhost:5173,https://a.example,http://[::1]:80") == (
        "https://a.example",
        "http://localhost:5173",
        "http://[::1]:80",
    )


@pytest.mark.parametrize(
    "value",
    [
        "*",
        "null",
        "a.example",
        "https://a.example/",
        "https://*.example",
        "HTTPS://a.example",
        "https://a b",
        "file://",
    ],
)
def test_what_no_browser_sends_as_an_origin_is_a_mistake(value: str) -> None:
    with pytest.raises(ConfigurationError, match="PARLEDGER_CORS_ORIGINS"):
        named(value)
