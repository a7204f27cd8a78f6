"""What is wrong with a piece of input, where, and what to do: in Vietnamese and English."""

import re
from dataclasses import dataclass

import msgspec

from shared.codec.names import CODE_PATTERN, ID_PATTERN, ITEM_PATTERN, PATH_PATTERN
from shared.codec.numbers import FIGURE_PATTERN, POINTS_PATTERN

_PATTERNS = {
    POINTS_PATTERN: (
        "Điểm viết dạng 0.53: chữ số 0-9, dấu chấm, tối đa 3 chữ số thập phân, không âm",
        "Points are written like 0.53: digits 0-9, a point, at most 3 decimals, not negative",
    ),
    FIGURE_PATTERN: (
        "Số liệu viết dạng 13491 hoặc 42.5: chữ số 0-9, dấu chấm, tối đa 6 chữ số thập phân, không âm",
        "Figures are written like 13491 or 42.5: digits 0-9, a point, at most 6 decimals, not negative",
    ),
    PATH_PATTERN: (
        "Đường dẫn đơn vị viết dạng qt/dong-ha: chữ thường không dấu, chữ số, gạch nối",
        "A unit's path is written like qt/dong-ha: lower-case letters, digits, hyphens",
    ),
    ID_PATTERN: (
        "Mã viết bằng chữ thường không dấu, chữ số, gạch nối, tối đa 32 ký tự",
        "An id is lower-case letters, digits and hyphens, at most 32 characters",
    ),
    CODE_PATTERN: ("Mã tiêu chí viết dạng 3.12.3, tối đa 32 ký tự", "A code is written like 3.12.3, at most 32 characters"),
    ITEM_PATTERN: (
        "Mã gồm chữ không dấu, chữ số, dấu chấm, gạch, tối đa 64 ký tự",
        "A key is letters, digits, points, hyphens and underscores, at most 64 characters",
    ),
    r"\S": ("Văn bản không được để trống", "The text must not be blank"),
}
_REGEX = re.compile(r"^Expected `[^`]*` matching regex (?P<pattern>'.*')$", re.DOTALL)
_KIND = re.compile(r"^Expected `(?P<expected>[^`]*)`, got `(?P<got>[^`]*)`$")
_AT = re.compile(r" - at `(?P<path>\$[^`]*)`$")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_UNKNOWN = re.compile(r"^Object contains unknown field `(?P<field>.*)`$")
_MISSING = re.compile(r"^Object missing required field `(?P<field>.*)`$")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: `pointer` is an RFC 6901 JSON pointer into the emission."""

    pointer: str
    vi: str
    en: str


class Faulty(Exception):
    """The input has the faults listed."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(f"{fault.pointer}: {fault.en}" for fault in faults))
        self.faults = faults


def fault_of(error: msgspec.MsgspecError, under: str) -> Fault:
    """A decoding error of msgspec as a fault; `under` is the pointer of what was decoded ("/data", or "" for the whole)."""
    message = str(error)
    at = _AT.search(message)
    pointer = under
    if at:
        message = message[: at.start()]
        pointer += "".join(f"/{name or index}" for name, index in _STEP.findall(at["path"][1:]))
    if unknown := _UNKNOWN.match(message):
        field = unknown["field"]
        return Fault(f"{pointer}/{field}", f"Trường {field} không có trong mẫu; hãy bỏ đi.", f"There is no field {field} here; leave it out.")
    if missing := _MISSING.match(message):
        field = missing["field"]
        return Fault(f"{pointer}/{field}", f"Thiếu trường bắt buộc {field}.", f"The required field {field} is missing.")
    vi, en = _in_words(message)
    return Fault(pointer, vi + ".", en + ".")


def _in_words(message: str) -> tuple[str, str]:
    if regex := _REGEX.match(message):
        for pattern, words in _PATTERNS.items():
            if regex["pattern"] == repr(pattern):
                return words
        return "Giá trị không đúng mẫu", "The value is not written as it should be"
    if kind := _KIND.match(message):
        expected, got = kind["expected"], kind["got"]
        return f"Kiểu dữ liệu không đúng: cần {expected}, nhận được {got}", f"Wrong kind of value: {expected} is needed, {got} was given"
    return f"Giá trị không hợp lệ ({message})", f"The value is not valid ({message})"
