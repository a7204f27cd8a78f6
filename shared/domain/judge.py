"""The judge: may this emission be recorded, on this state, at this time?

The first fault in the contract's order wins. `judge` decides and changes nothing; tried again on its own
result it decides nothing: `no-change`. Source: contracts, "Outcomes"; scoring.md, "Judging".
"""

from collections.abc import Mapping

from shared.codec.catalogue import CATALOGUE
from shared.codec.faults import shown
from shared.codec.shapes import Data, EvidenceAttached, TextErased
from shared.domain.decisions import DECISIONS
from shared.domain.decisions.erasure import NOTHING_EARLIER, Earlier, text_erased
from shared.domain.decisions.evidence import NOTHING_STORED, evidence_attached
from shared.domain.emission import Accepted, Emission
from shared.domain.permissions import permission_fault
from shared.domain.problems import Refused
from shared.domain.publication import completed
from shared.domain.root import Root
from shared.domain.validity import future_fault


def judge(
    root: Root,
    emission: Emission,
    now_us: int,
    *,
    stored: Mapping[str, int] = NOTHING_STORED,
    earlier: Mapping[int, Earlier] = NOTHING_EARLIER,
) -> Accepted | Refused:
    """Decide on one well-formed emission whose id was not judged before; `now_us` is the ledger's time.

    `stored`: of the files that it may name, those that its sender has put, with their sizes, by hash;
    `earlier`: of the events whose texts it may have erased, those that are recorded, by position.
    """
    refused = _source_fault(emission) or _type_fault(emission)
    if refused:
        return refused
    data = emission.data()
    if isinstance(data, Refused):
        return data
    return (
        future_fault(data, now_us)
        or permission_fault(root, emission, data)
        or _decide(root, emission, data, now_us, stored, earlier)
        or completed(root, emission, data)
    )


def _decide(
    root: Root,
    emission: Emission,
    data: Data,
    now_us: int,
    stored: Mapping[str, int],
    earlier: Mapping[int, Earlier],
) -> Refused | None:
    if isinstance(data, EvidenceAttached):
        return evidence_attached(root, emission, data, now_us, stored)
    if isinstance(data, TextErased):
        return text_erased(root, emission, data, now_us, earlier)
    return DECISIONS[emission.envelope.type](root, emission, data, now_us)


def _source_fault(emission: Emission) -> Refused | None:
    source, caller = emission.envelope.source, emission.caller
    if source == caller.tenant:
        return None
    named = shown(source)
    return Refused(
        "wrong-source",
        "/source",
        f"Bản gửi ghi nguồn {named}, nhưng người gửi thuộc {caller.tenant}. Hãy ghi đúng đơn vị của mình.",
        f"The emission names {named} as its source, but the sender belongs to {caller.tenant}. "
        "Name your own unit.",
    )


def _type_fault(emission: Emission) -> Refused | None:
    named, sent_as = emission.envelope.type, emission.caller.type
    if named not in CATALOGUE:
        unheard_of, known = shown(named), ", ".join(CATALOGUE)
        return Refused(
            "unknown-type",
            "/type",
            f"Không có loại sự kiện {unheard_of}; các loại: {known}.",
            f"There is no event type {unheard_of}; there are: {known}.",
        )
    if named != sent_as:
        return Refused(
            "unknown-type",
            "/type",
            f"Bản gửi ghi loại {named} nhưng được gửi theo loại {sent_as}; hãy gửi theo đúng loại.",
            f"The emission is a {named} but was sent under {sent_as}: send it under its own type.",
        )
    return None
