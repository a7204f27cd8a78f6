"""A unit disputes what it was given; the council decides."""

from fractions import Fraction
from typing import Any

from deploy.province.evaluate.numbers import ZERO, text_of
from deploy.province.filing import attach
from deploy.province.folder import Folder
from deploy.province.script import Sender

JSON = dict[str, Any]

_GROUNDS = "Đề nghị Hội đồng xem lại, đơn vị gửi thêm tài liệu"


def lost_leaves(folder: Folder) -> list[JSON]:
    """The counted leaves that did not get all of their points, in the rubric's order."""
    view = folder.view
    return [
        leaf
        for leaf in folder.leaves()
        if not view.is_excluded(leaf["code"])
        and (points := view.appraised(leaf["code"])) is not None
        and points < Fraction(leaf["max"])
    ]


def penalties(folder: Folder) -> list[str]:
    """The ids of the penalties that stand."""
    lifted = [data["penalty"] for _, data in folder.view.said("PenaltyLifted")]
    applied = [data["penalty"] for _, data in folder.view.said("PenaltyApplied")]
    return [penalty for penalty in applied if penalty not in lifted]


def too_early(folder: Folder) -> None:
    """Nothing can be disputed before the release."""
    for leaf in lost_leaves(folder)[:1]:
        said = {"dispute": "gt-som", "about": leaf["code"], "grounds": _GROUNDS}
        folder.say(folder.head, "DisputeRaised", "window-closed", **said)


def raise_all(folder: Folder, *, slips: bool) -> None:
    """Dispute up to three leaves and a penalty; one of them with new evidence."""
    head, leaves = folder.head, lost_leaves(folder)[:3]
    for n, leaf in enumerate(leaves, start=1):
        claimed = leaf["max"] if n > 1 else None
        said = {"dispute": f"gt-{n}", "about": leaf["code"], "grounds": _GROUNDS, "claimed_points": claimed}
        folder.say(head, "DisputeRaised", **said)
    if leaves and leaves[0].get("source") != "survey":
        attach(folder, "tl-giai-trinh", leaves[0]["code"], head)
    for penalty in penalties(folder)[:1]:
        folder.say(head, "DisputeRaised", dispute="gt-tru", about=f"penalty:{penalty}", grounds=_GROUNDS)
    if slips and leaves:
        _slip(folder, leaves[0])


def _slip(folder: Folder, leaf: JSON) -> None:
    head, code, top = folder.head, leaf["code"], leaf["max"]
    told = {"grounds": _GROUNDS}
    folder.say(head, "DisputeRaised", "still-open", dispute="gt-lai", about=code, **told)
    folder.say(head, "DisputeRaised", "unknown-target", dispute="gt-x", about="9.9.9", **told)
    folder.say(head, "DisputeRaised", "unknown-target", dispute="gt-x", about="penalty:khong-co", **told)
    free = next((one for one in lost_leaves(folder)[3:]), None)
    if free is not None:
        above = text_of(Fraction(free["max"]) + 1)
        said = {"dispute": "gt-x", "about": free["code"], "claimed_points": above}
        folder.say(head, "DisputeRaised", "against-rubric", **said, **told)
        folder.say(head, "DisputeRaised", "no-change", dispute="gt-1", about=free["code"], **told)
    said = {"dispute": "gt-x", "about": code, "claimed_points": top}
    folder.say(Sender(folder.unit, "filer"), "DisputeRaised", "not-permitted", **said, **told)


def open_disputes(folder: Folder) -> list[JSON]:
    """Those that were not decided."""
    decided = [data["dispute"] for _, data in folder.view.said("DisputeUpheld", "DisputeRejected")]
    return [data for _, data in folder.view.said("DisputeRaised") if data["dispute"] not in decided]


def decide(folder: Folder, disputes: list[JSON]) -> None:
    """Uphold some, reject others."""
    for raised in disputes:
        if folder.chance.random() < 0.4:
            said = {"dispute": raised["dispute"], "reason": "Không có căn cứ mới"}
            folder.say(folder.council, "DisputeRejected", **said)
        else:
            folder.say(folder.council, "DisputeUpheld", **_upheld(folder, raised))


def _upheld(folder: Folder, raised: JSON) -> JSON:
    said = {"dispute": raised["dispute"], "reason": "Chấp nhận giải trình"}
    if raised["about"].startswith("penalty:"):
        return said | {"points": folder.chance.choice(["0", "0.125"])}
    leaf = folder.view.leaves[raised["about"]]
    given = folder.view.appraised(leaf["code"]) or ZERO
    half = (Fraction(leaf["max"]) - given) / 2
    points = leaf["max"] if "step" in leaf["rule"] or half * 1000 % 1 else text_of(given + half)
    if leaf["rule"]["kind"] == "rate":
        return said | {"points": leaf["max"], "figures": {"percent": "100"}}
    return said | {"points": points}


def slip_of_the_council(folder: Folder) -> None:
    """Mistakes of a council that decides disputes. Each is refused."""
    told = {"reason": "Nhầm"}
    folder.say(folder.council, "DisputeRejected", "unknown-target", dispute="gt-khong-co", **told)
    for raised in open_disputes(folder):
        if not raised["about"].startswith("penalty:"):
            above = text_of(Fraction(folder.view.leaves[raised["about"]]["max"]) + 1)
            said = {"dispute": raised["dispute"], "points": above}
            folder.say(folder.council, "DisputeUpheld", "against-rubric", **said, **told)
            elsewhere = [code for code in folder.view.areas if not raised["about"].startswith(f"{code}.")]
            limited = Sender(folder.acting, "council", (elsewhere[0],))
            folder.say(limited, "DisputeRejected", "not-permitted", dispute=raised["dispute"], **told)
            return


def decided_already(folder: Folder) -> None:
    """What was decided is not decided again."""
    for _, data in folder.view.said("DisputeUpheld", "DisputeRejected")[:1]:
        told = {"dispute": data["dispute"], "reason": "Gửi lại"}
        folder.say(folder.council, "DisputeRejected", "no-change", **told)
