"""Arrays of names as PostgreSQL reads them in text.

asyncpg asks of each item of an array whether it is an array itself; one text for all of them costs a tenth
(`docs/performance.md`).
"""

from collections.abc import Sequence


def array_text(names: Sequence[str | None]) -> str:
    r"""`{"a",NULL,"b"}`. Errors: `ValueError` where a name would need an escape, for a `"` or a `\`."""
    given = [name for name in names if name is not None]
    text = '","'.join(given)
    if text.count('"') != max(2 * (len(given) - 1), 0) or "\\" in text:
        raise ValueError("a name holds a quotation mark or a backslash")
    if len(given) == len(names):
        return f'{{"{text}"}}' if names else "{}"
    return "{" + ",".join("NULL" if name is None else f'"{name}"' for name in names) + "}"
