"""A service's configuration: what is missing or wrong is said by name."""

from pathlib import Path

import pytest

from shared.hosting.environment import ConfigurationError, port, required, secret_file, switch


def test_a_variable_that_is_set_is_read_without_the_space_around_it() -> None:
    assert required({"PARLEDGER_NATS": " nats://here \n"}, "PARLEDGER_NATS") == "nats://here"


@pytest.mark.parametrize("environ", [{}, {"PARLEDGER_NATS": ""}, {"PARLEDGER_NATS": "  "}])
def test_a_variable_that_is_missing_is_named_with_what_belongs_there(environ: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="PARLEDGER_NATS is not set: set it to the broker's URL"):
        required(environ, "PARLEDGER_NATS", "the broker's URL")


def test_a_port_is_a_number_of_a_port() -> None:
    assert port({}, "P", 8000) == 8000
    assert port({"P": "1"}, "P", 8000) == 1
    for wrong in ("0", "65536", "-1", "x", "٨", "1.0"):
        with pytest.raises(ConfigurationError, match="P is"):
            port({"P": wrong}, "P", 8000)


def test_a_switch_is_on_or_off() -> None:
    assert switch({"S": "on"}, "S") is True
    assert switch({"S": "off"}, "S", default=True) is False
    assert switch({}, "S") is False
    with pytest.raises(ConfigurationError, match="set it to on or off"):
        switch({"S": "yes"}, "S")


def test_a_secret_comes_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "seed"
    file.write_text("SU123\n")
    assert secret_file({"SEED": str(file)}, "SEED") == "SU123"
    file.write_text("\n")
    with pytest.raises(ConfigurationError, match="which is empty"):
        secret_file({"SEED": str(file)}, "SEED")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        secret_file({"SEED": str(tmp_path / "nothing")}, "SEED")
