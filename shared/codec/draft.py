"""A rubric as somebody wrote it: every fault of its shape, and what can be read all the same.

msgspec stops at the first fault. So what does not fit is replaced by something harmless, or left out, and the
whole is read again; of a rule that does not fit the first fault is told.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, cast

import msgspec

from shared.codec.decoding import fault_of
from shared.codec.faults import Fault
from shared.codec.rubric_shape import RubricShape
from shared.codec.texts import text_faults

UNREAD_CODE = "0-0-0"
"""Stands for a code that cannot be read."""

_RULE = {"kind": "judgement"}
_ROUNDED = {"scale": 3, "rounding": "half_up"}
_GRADE = {"name": "?", "from": "0"}
_CRITERION = {"code": UNREAD_CODE, "name": "?"}
_LEAF = {**_CRITERION, "max": "1", "rule": _RULE}
_AREA = {**_CRITERION, "criteria": [_CRITERION]}
_STAND_INS: Mapping[str, Any] = {
    "areas": [_AREA],
    "code": UNREAD_CODE,
    "criteria": [_CRITERION],
    "from": "0",
    "grades": [_GRADE],
    "id": "0",
    "index": _ROUNDED,
    "max": "1",
    "name": "?",
    "points": _ROUNDED,
    "rounding": "half_up",
    "rule": _RULE,
    "scale": 3,
}
_ENTRIES: Mapping[str, Any] = {
    "areas": _AREA,
    "criteria": _CRITERION,
    "parts": _LEAF,
    "items": _LEAF,
    "grades": _GRADE,
}


@dataclass(slots=True)
class Draft:
    """What was found. `shape` is None where too little can be read.

    `unread` are the pointers to what is not there, or was not read.
    """

    shape: RubricShape | None = None
    faults: list[Fault] = field(default_factory=list[Fault])
    unread: list[str] = field(default_factory=list[str])


def rubric_within(raw: bytes) -> object:
    """The rubric in the JSON of `RubricPublished`'s data; None where there is none.

    Errors: `RecursionError` where it is nested too deep, as with all here.
    """
    try:
        data = msgspec.json.decode(raw)
    except msgspec.DecodeError:
        return None
    return cast(dict[str, object], data).get("rubric") if isinstance(data, dict) else None


def read_draft(document: object, at: str, most: int) -> Draft:
    """Read a rubric from builtins, of JSON or YAML; `at` points at it. It is read anew `most` times."""
    draft = Draft(faults=text_faults(document, at))
    mended = {"": deepcopy(document)}
    for _ in range(most):
        try:
            draft.shape = msgspec.convert(mended[""], RubricShape)
            return draft
        except msgspec.ValidationError as error:
            fault = fault_of(error, "", RubricShape)
        draft.faults.append(Fault(at + fault.pointer, fault.vi, fault.en))
        steps = _steps(fault.pointer)
        place = "".join(f"/{step}" for step in steps)
        if not _mend(mended, steps, again=at + place in draft.unread):
            return draft
        draft.unread.append(at + place)
    return draft


def _steps(pointer: str) -> list[str]:
    """The way to what is mended: no further than to a rule, or to a list of words."""
    steps = pointer.split("/")[1:]
    if "rule" in steps:
        return steps[: steps.index("rule") + 1]
    if steps and steps[-1].isdigit() and steps[-2] not in _ENTRIES:
        return steps[:-1]
    return steps


def _mend(mended: dict[str, Any], steps: list[str], again: bool) -> bool:
    """Put a stand-in there, or leave it out; False where nothing can be done."""
    holder: Any = mended[""]
    for step in steps[:-1]:
        holder = holder[int(step) if isinstance(holder, list) else step]
    if not steps:
        return False
    last = steps[-1]
    if isinstance(holder, list):
        cast(list[Any], holder)[int(last)] = deepcopy(_ENTRIES[steps[-2]])
        return not again
    fields = cast(dict[str, Any], holder)
    if last in _STAND_INS and not again:
        fields[last] = deepcopy(_STAND_INS[last])
        return True
    return fields.pop(last, None) is not None
