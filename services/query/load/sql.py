"""The statements of this folder, by the file they stand in."""

from shared.ledger.statements import load


def statement(file: str, name: str) -> str:
    """A statement by its name; read once."""
    return load("services.query.load", f"{file}.sql")[name]
