"""Which text is let in: UTF-8, NFC, no control characters but line feed, no marks of reading direction."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, cast

import msgspec

from shared.codec.faults import FORBIDDEN, Fault, shown
from shared.codec.names import pointer_token

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_CHARACTERS = (
    "Văn bản có ký tự điều khiển hoặc ký tự đổi chiều chữ; hãy xóa các ký tự đó.",
    "The text holds control characters or marks of reading direction; remove them.",
)
_NOT_COMPOSED = (
    "Văn bản phải ở dạng chuẩn Unicode NFC.",
    "The text must be in Unicode normal form NFC.",
)
_KEY = (
    "Tên khóa có ký tự không dùng được.",
    "The key holds a character that cannot be used in a key.",
)


def text_fault(raw: bytes, under: str) -> Fault | None:
    """The first text in a JSON document (a key or a value) that is not let in; None where all are."""
    if raw.isascii() and b"\\" not in raw and b"\x7f" not in raw:
        return None
    document = msgspec.json.decode(raw)
    everything = "\n".join(_strings(document))  # nearly always there is no fault, and one look is enough
    if _words(everything, is_key=True) is None:
        return None
    for pointer, text, is_key in _placed(document, under):
        if words := _words(text, is_key):
            return Fault(pointer, *words)
    return None


def text_faults(document: Any, under: str) -> list[Fault]:
    """Every text in builtins (a key or a value) that is not let in."""
    return [
        Fault(pointer, *words)
        for pointer, text, is_key in _placed(document, under)
        if (words := _words(text, is_key))
    ]


def _words(text: str, is_key: bool) -> tuple[str, str] | None:
    if FORBIDDEN.search(text):
        return _CHARACTERS
    if not unicodedata.is_normalized("NFC", text):
        return _NOT_COMPOSED
    return _KEY if is_key and _ASTRAL.search(text) else None


def _strings(value: Any) -> list[str]:
    found: list[str] = []
    left: list[Any] = [value]
    while left:
        one = left.pop()
        if isinstance(one, str):
            found.append(one)
        elif isinstance(one, dict):
            found.extend(cast(dict[str, Any], one))
            left.extend(cast(dict[str, Any], one).values())
        elif isinstance(one, list):
            left.extend(cast(list[Any], one))
    return found


def _placed(value: Any, pointer: str) -> Iterator[tuple[str, str, bool]]:
    """Every text with its pointer, and whether it is a key."""
    if isinstance(value, str):
        yield pointer, value, False
    elif isinstance(value, list):
        for index, item in enumerate(cast(list[Any], value)):
            yield from _placed(item, f"{pointer}/{index}")
    elif isinstance(value, dict):
        for name, item in cast(dict[Any, Any], value).items():
            yield pointer, str(name), True
            yield from _placed(item, f"{pointer}/{pointer_token(shown(str(name)))}")
