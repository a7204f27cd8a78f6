"""Which text is let in: UTF-8, NFC, no control characters but line feed, no marks that turn the direction of reading.

Marks of direction are refused with the control characters: they make a text show something else than it says.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import msgspec

from shared.codec.faults import Fault

_FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


def text_fault(raw: bytes, under: str) -> Fault | None:
    """The first text in a JSON document (a key or a value) that is not let in; None where all are."""
    if raw.isascii() and b"\\" not in raw and b"\x7f" not in raw:
        return None
    for pointer, text, is_key in _strings(msgspec.json.decode(raw), under):
        if _FORBIDDEN.search(text):
            return Fault(
                pointer,
                "Văn bản có ký tự điều khiển hoặc ký tự đổi chiều chữ; hãy xóa các ký tự đó.",
                "The text holds control characters or marks of reading direction; remove them.",
            )
        if not unicodedata.is_normalized("NFC", text):
            return Fault(pointer, "Văn bản phải ở dạng chuẩn Unicode NFC.", "The text must be in Unicode normal form NFC.")
        if is_key and _ASTRAL.search(text):
            return Fault(pointer, "Tên khóa có ký tự không dùng được.", "The key holds a character that cannot be used in a key.")
    return None


def _strings(value: Any, pointer: str) -> Iterator[tuple[str, str, bool]]:
    if isinstance(value, str):
        yield pointer, value, False
    elif isinstance(value, list):
        for index, item in enumerate(value):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - JSON is untyped
            yield from _strings(item, f"{pointer}/{index}")
    elif isinstance(value, dict):
        for key, item in value.items():  # pyright: ignore[reportUnknownVariableType] - JSON is untyped
            yield pointer, str(key), True  # pyright: ignore[reportUnknownArgumentType] - JSON is untyped
            yield from _strings(item, f"{pointer}/{key}")
