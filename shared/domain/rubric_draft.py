"""Every fault of a rubric as somebody wrote it, also where its shape is wrong here and there."""

from shared.codec.draft import UNREAD_CODE, read_draft
from shared.codec.faults import Fault
from shared.domain.rubric_faults import rubric_faults

_ENTRIES = ("areas", "criteria", "parts", "items")
_SUMS = ("/max", "/total")


def every_fault(document: object, at: str, most: int) -> list[Fault]:
    """Those of the shape, at most `most`; where that is all of them, those of what could be read.

    Nothing is said of what follows from what cannot be read. Errors: `RecursionError` where it is nested too
    deep.
    """
    draft = read_draft(document, at, most)
    if draft.shape is None:
        return draft.faults
    further = rubric_faults(draft.shape, at)
    return [*draft.faults, *(fault for fault in further if not _follows(fault, draft.unread))]


def _follows(fault: Fault, unread: list[str]) -> bool:
    return UNREAD_CODE in fault.en or any(_follows_from(fault.pointer, place) for place in unread)


def _follows_from(pointer: str, place: str) -> bool:
    """May a fault there come of nothing but that this could not be read?"""
    if pointer == place or pointer.startswith(f"{place}/"):
        return True
    above, _, last = place.rpartition("/")
    entries = last in _ENTRIES or last.isdigit()
    if (entries or last == "code") and "/needs/" in pointer:
        return True
    if last == "code" and pointer.startswith(f"{above}/") and pointer.endswith("/code"):
        return True
    if last == "parts" and pointer in (f"{above}/max", f"{above}/rule"):
        return True
    if "/grades" in place and "/grades" in pointer:
        return True
    summed = pointer.rpartition("/")[0] + "/"
    return (entries or last == "max") and pointer.endswith(_SUMS) and place.startswith(summed)
