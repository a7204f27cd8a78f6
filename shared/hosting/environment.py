"""A service is configured by environment variables alone; what is missing or wrong is said by name."""

from collections.abc import Mapping
from pathlib import Path


class ConfigurationError(Exception):
    """A service cannot start as it is configured; the message says which variable to set, and to what."""


def required(environ: Mapping[str, str], name: str, meaning: str = "") -> str:
    """The value of a variable that must be set and not be empty; `meaning` says what belongs there."""
    value = environ.get(name, "").strip()
    if not value:
        raise ConfigurationError(f"{name} is not set: set it to {meaning or 'its value'}")
    return value


def port(environ: Mapping[str, str], name: str, default: int) -> int:
    """A TCP port from 1 to 65535; `default` where the variable is not set."""
    value = environ.get(name, "").strip() or str(default)
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= 65535):
        raise ConfigurationError(f"{name} is {value!r}: set it to a port from 1 to 65535")
    return int(value)


def whole(environ: Mapping[str, str], name: str, default: int) -> int:
    """A whole number from 1 on; `default` where the variable is not set."""
    value = environ.get(name, "").strip() or str(default)
    if not (value.isascii() and value.isdigit() and len(value) <= 18 and int(value) >= 1):
        raise ConfigurationError(f"{name} is {value!r}: set it to a whole number from 1 on")
    return int(value)


def switch(environ: Mapping[str, str], name: str, default: bool = False) -> bool:
    """`on` or `off`; `default` where the variable is not set."""
    value = environ.get(name, "").strip() or ("on" if default else "off")
    if value not in ("on", "off"):
        raise ConfigurationError(f"{name} is {value!r}: set it to on or off")
    return value == "on"


def secret_file(environ: Mapping[str, str], name: str, meaning: str = "") -> str:
    """The content of the file that a variable names, without the white space around it.

    Secrets come in files, never in variables: a variable is seen by whoever may look at the process.
    """
    path = Path(required(environ, name, meaning or "the path of a file"))
    try:
        content = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigurationError(f"{name} names {path}, which cannot be read: {error.strerror}") from error
    if not content:
        raise ConfigurationError(f"{name} names {path}, which is empty")
    return content
