"""Data as an emission may bring it: narrower than what the record holds."""

import msgspec

from shared.codec.decoding import FIGURE_WORDS, fault_of, unknown_field
from shared.codec.faults import Fault, Faulty
from shared.codec.figures import DEEPEST, Figures
from shared.codec.shapes import SHAPES, Commitment, Data, SurveyRecorded, decode_data
from shared.codec.texts import text_fault


def read_emitted(name: str, version: int, raw: bytes) -> Data:
    """Data of an emission of type `name`, written in shape `version`, read as the newest one.

    Errors: `Faulty`, with pointers from the emission.
    """
    try:
        data = decode_data(name, version, raw)
        fault = text_fault(raw, "/data") or _recorded_form_fault(data)
    except msgspec.MsgspecError as error:
        raise Faulty(fault_of(error, "/data", SHAPES.get(name))) from None
    except RecursionError:
        raise Faulty(_too_deep("/data")) from None
    if fault:
        raise Faulty(fault)
    return data


def _recorded_form_fault(data: Data) -> Fault | None:
    """What the record may hold and an emission may not.

    Commitments, what the ledger adds, and the largest integer as text.
    """
    for name in data.ADDED:
        if getattr(data, name) is not None:
            return unknown_field(name, "/data")
    for name in data.TEXTS:
        if isinstance(getattr(data, name), Commitment):
            return Fault(f"/data/{name}", f"{name} phải là văn bản.", f"{name} must be text.")
    if isinstance(data, SurveyRecorded):
        return _figures_fault(Figures(score=data.score, of=data.of), "/data")
    figures = getattr(data, "figures", None)
    return _figures_fault(figures, "/data/figures") if isinstance(figures, Figures) else None


def _figures_fault(figures: Figures, pointer: str) -> Fault | None:
    if figures.too_deep():
        return _too_deep(pointer)
    misspelt = figures.misspelt()
    if misspelt is None:
        return None
    vi, en = FIGURE_WORDS
    return Fault(f"{pointer}{misspelt}", vi + ".", en + ".")


def _too_deep(pointer: str) -> Fault:
    return Fault(
        pointer,
        f"Dữ liệu lồng vào nhau quá sâu; số liệu lồng tối đa {DEEPEST} cấp.",
        f"This is nested too deep: figures may lie {DEEPEST} deep in one another.",
    )
