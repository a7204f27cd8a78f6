"""Which text is let in: UTF-8, NFC, no control characters but line feed, no marks of reading direction."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import msgspec

from shared.codec.faults import FORBIDDEN, Fault, shown
from shared.codec.names import pointer_token

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


def text_fault(raw: bytes, under: str) -> Fault | None:
    """The first text in a JSON document (a key or a value) that is not let in; None where all are."""
    if raw.isascii() and b"\\" not in raw and b"\x7f" not in raw:
        return None
    for pointer, text, is_key in _strings(msgspec.json.decode(raw), under):
        if FORBIDDEN.search(text):
            return Fault(
                pointer,
                "Văn bản có ký tự điều khiển hoặc ký tự đổi chiều chữ; hãy xóa các ký tự đó.",
                "The text holds control characters or marks of reading direction; remove them.",
            )
        if not unicodedata.is_normalized("NFC", text):
            return Fault(
                pointer,
                "Văn bản phải ở dạng chuẩn Unicode NFC.",
                "The text must be in Unicode normal form NFC.",
            )
        if is_key and _ASTRAL.search(text):
            return Fault(
                pointer,
                "Tên khóa có ký tự không dùng được.",
                "The key holds a character that cannot be used in a key.",
            )
    return None


def _strings(value: Any, pointer: str) -> Iterator[tuple[str, str, bool]]:
    if isinstance(value, str):
        yield pointer, value, False
    elif isinstance(value, list):
        for index, item in enumerate(value):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - JSON is untyped
            yield from _strings(item, f"{pointer}/{index}")
    elif isinstance(value, dict):
        for key, item in value.items():  # pyright: ignore[reportUnknownVariableType] - JSON is untyped
            name = str(key)  # pyright: ignore[reportUnknownArgumentType] - JSON is untyped
            yield pointer, name, True
            yield from _strings(item, f"{pointer}/{pointer_token(shown(name))}")
