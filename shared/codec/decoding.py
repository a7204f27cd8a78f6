"""What msgspec says of input that does not fit a shape, as a fault in people's words.

Source: msgspec's own messages, such as "Expected `str`, got `int` - at `$.rubric.areas[0].code`".
"""

import re
from collections.abc import Callable, Mapping

import msgspec

from shared.codec.choices import choices_at
from shared.codec.faults import Fault, shown
from shared.codec.fields import DATE_PATTERN, HEX_PATTERN, MEDIA_TYPE_PATTERN, NOT_BLANK, TIME_PATTERN
from shared.codec.names import (
    ABOUT_PATTERN,
    CODE_PATTERN,
    ID_PATTERN,
    ITEM_PATTERN,
    PATH_PATTERN,
    UUID_PATTERN,
    pointer_token,
)
from shared.codec.numbers import FIGURE_PATTERN, POINTS_PATTERN, RECORDED_FIGURE_PATTERN

Words = tuple[str, str]
"""Vietnamese, English."""

FIGURE_WORDS = (
    "Số liệu viết dạng 13491 hoặc 42.5: chữ số 0-9, tối đa 15 chữ số và 6 chữ số thập phân, không âm",
    "Figures are written like 13491 or 42.5: digits 0-9, at most 15 and 6 decimals, not negative",
)
_PATTERNS: Mapping[str, Words] = {
    POINTS_PATTERN: (
        "Điểm viết dạng 0.53: chữ số 0-9, dấu chấm, tối đa 3 chữ số thập phân, không âm",
        "Points are written like 0.53: digits 0-9, a point, at most 3 decimals, not negative",
    ),
    FIGURE_PATTERN: FIGURE_WORDS,
    RECORDED_FIGURE_PATTERN: FIGURE_WORDS,
    PATH_PATTERN: (
        "Đường dẫn đơn vị viết dạng qt/dong-ha: chữ thường không dấu, chữ số, gạch nối",
        "A unit's path is written like qt/dong-ha: lower-case letters, digits, hyphens",
    ),
    ID_PATTERN: (
        "Mã viết bằng chữ thường không dấu, chữ số, gạch nối, tối đa 32 ký tự",
        "An id is lower-case letters, digits and hyphens, at most 32 characters",
    ),
    CODE_PATTERN: (
        "Mã tiêu chí viết dạng 3.12.3, tối đa 32 ký tự",
        "A code is written like 3.12.3, at most 32 characters",
    ),
    ITEM_PATTERN: (
        "Mã gồm chữ không dấu, chữ số, dấu chấm, gạch, tối đa 64 ký tự",
        "An id is letters, digits, points, hyphens and underscores, at most 64 characters",
    ),
    UUID_PATTERN: (
        "Mã bản gửi là UUID viết thường, như 0199c0de-7f3a-7c21-9d44-0a1b2c3d4e5f",
        "An emission's id is a UUID in lower case, like 0199c0de-7f3a-7c21-9d44-0a1b2c3d4e5f",
    ),
    HEX_PATTERN: (
        "Mã SHA-256 gồm 64 chữ số thập lục phân viết thường",
        "A SHA-256 is 64 hexadecimal digits in lower case",
    ),
    MEDIA_TYPE_PATTERN: (
        "Loại tệp viết dạng application/pdf",
        "A media type is written like application/pdf, without parameters",
    ),
    ABOUT_PATTERN: (
        "Nội dung giải trình là mã tiêu chí, hoặc penalty:<mã điểm trừ>",
        "A dispute is about a leaf's code, or penalty:<id>",
    ),
    DATE_PATTERN: ("Ngày viết dạng 2023-12-05", "A date is written like 2023-12-05"),
    TIME_PATTERN: (
        "Thời điểm viết dạng 2023-12-05T08:30:00+07:00",
        "A time is written like 2023-12-05T08:30:00+07:00",
    ),
    NOT_BLANK: ("Văn bản không được để trống", "The text must not be blank"),
}
_KINDS: Mapping[str, Words] = {
    "str": ("văn bản", "text"),
    "int": ("số nguyên", "a whole number"),
    "float": ("số thập phân", "a decimal number"),
    "bool": ("true hoặc false", "true or false"),
    "object": ("đối tượng {…}", "an object {…}"),
    "array": ("danh sách […]", "a list […]"),
    "null": ("null", "null"),
}
_NUMBERS = frozenset({"int", "float"})
_AT = re.compile(r" - at (?P<key>`key` in )?`(?P<path>\$[^`]*)`$")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_ANY_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")
_FIELD = re.compile(r"Object (?P<what>contains unknown|missing required) field `(?P<field>.*)`", re.DOTALL)


def fault_of(error: msgspec.MsgspecError, under: str, shape: object = None) -> Fault:
    """A decoding error as a fault; `under` points at what was decoded ("/data", or "" for the whole).

    `shape` is what it was decoded as: where it takes one of a few values, they are told.
    """
    message, pointer, choices = str(error), under, list[str]()
    if at := _AT.search(message):
        message = message[: at.start()]
        pointer += "".join(
            f"/{pointer_token(name or index)}" for name, index in _STEP.findall(at["path"][1:])
        )
        if shape is not None and message.startswith("Invalid "):
            choices = choices_at(shape, [name or index for name, index in _ANY_STEP.findall(at["path"][1:])])
    if field := _FIELD.fullmatch(message):
        return _field_fault(field["what"], shown(field["field"]), pointer)
    vi, en = _in_words(message)
    if choices:
        vi, en = f"{vi}; hãy chọn {', '.join(choices)}", f"{en}: {', '.join(choices)}"
    if at and at["key"]:
        vi, en = f"Tên khóa: {vi}", f"A key: {en}"
    return Fault(pointer, vi + ".", en + ".")


def unknown_field(field: str, pointer: str) -> Fault:
    """A field that the shape does not have; `pointer` to the object that it stands in."""
    return Fault(
        f"{pointer}/{pointer_token(field)}",
        f"Trường {field} không có trong mẫu; hãy bỏ đi.",
        f"There is no field {field} here; leave it out.",
    )


def _field_fault(what: str, field: str, pointer: str) -> Fault:
    if what == "contains unknown":
        return unknown_field(field, pointer)
    place = f"{pointer}/{pointer_token(field)}"
    return Fault(place, f"Thiếu trường bắt buộc {field}.", f"The required field {field} is missing.")


def _in_words(message: str) -> Words:
    for pattern, words in _WORDS:
        if found := pattern.fullmatch(message):
            return words(found)
    return "Giá trị không hợp lệ", "The value does not fit here"


def _pattern_words(found: re.Match[str]) -> Words:
    known = {repr(pattern): words for pattern, words in _PATTERNS.items()}
    return known.get(found["pattern"], ("Giá trị không đúng mẫu", "The value is not written as it should be"))


def _kind_words(found: re.Match[str]) -> Words:
    kinds = [kind for kind in found["expected"].split(" | ") if kind != "null"]
    if "str" in kinds and "object" in kinds:
        kinds.remove("object")  # a commitment stands in the record alone, never in an emission
    wanted = [_KINDS.get(kind, (kind, kind)) for kind in kinds]
    given_vi, given_en = _KINDS.get(found["got"], (found["got"], found["got"]))
    vi = " hoặc ".join(words[0] for words in wanted)
    en = " or ".join(words[1] for words in wanted)
    vi, en = f"Ở đây cần {vi}, không phải {given_vi}", f"This takes {en}, not {given_en}"
    if "str" in kinds and found["got"] in _NUMBERS:
        return f"{vi}. Hãy đặt trong dấu ngoặc kép", f"{en}. Write it in quotes"
    return vi, en


def _length_words(found: re.Match[str]) -> Words:
    vi, en = ("tối thiểu", "at least") if found["way"] == ">" else ("tối đa", "at most")
    of_vi, of_en = ("ký tự", "characters") if found["kind"] == "str" else ("mục", "entries")
    return f"Ở đây cần {vi} {found['bound']} {of_vi}", f"This takes {en} {found['bound']} {of_en}"


def _bound_words(found: re.Match[str]) -> Words:
    vi, en = ("nhỏ nhất là", "at least") if found["way"] == ">" else ("lớn nhất là", "at most")
    return f"Giá trị {vi} {found['bound']}", f"The value must be {en} {found['bound']}"


def _value_words(found: re.Match[str]) -> Words:
    given = shown(found["value"])
    return f"Không có lựa chọn {given} ở đây", f"{given} is none of the values that may stand here"


def _range_words(_found: re.Match[str]) -> Words:
    return "Số quá lớn", "The number is too large"


_WORDS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Words]], ...] = (
    (re.compile(r"Expected `[^`]*` matching regex (?P<pattern>'.*')", re.DOTALL), _pattern_words),
    (re.compile(r"Expected `(?P<expected>[^`]*)`, got `(?P<got>[^`]*)`"), _kind_words),
    (re.compile(r"Expected `(?P<kind>\w+)` of length (?P<way>[<>])= (?P<bound>\d+)"), _length_words),
    (re.compile(r"Expected `\w+` (?P<way>[<>])= (?P<bound>\d+)"), _bound_words),
    (re.compile(r"Invalid (?:enum )?value '?(?P<value>.*?)'?", re.DOTALL), _value_words),
    (re.compile(r"(?:Number|Integer value) out of range"), _range_words),
)
