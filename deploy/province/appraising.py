"""A council appraises a dossier: scores, exclusions, surveys, penalties, bonuses, and its mistakes."""

from fractions import Fraction
from itertools import islice
from typing import Any

from deploy.province.evaluate.numbers import ZERO, round_, text_of
from deploy.province.folder import Folder
from deploy.province.measures import figures_of, wrong_figures_of
from deploy.province.rubrics import leaves_of
from deploy.province.script import Sender

JSON = dict[str, Any]

_OPINION = "Hồ sơ chưa chứng minh đủ điểm tự chấm"
_REASON = "Hội đồng đối chiếu thêm nguồn khác"


def score(folder: Folder, leaf: JSON, sender: Sender) -> None:
    """Appraise a leaf; now and then provisionally at first, or without the words that it takes."""
    said = decided(folder, leaf)
    bare = {name: value for name, value in said.items() if name not in ("opinion", "reason")}
    if folder.chance.random() < 0.25 and bare != said:
        problem = "reason-needed" if "reason" in said else "opinion-needed"
        folder.say(sender, "ScoreAppraised", problem, **bare)
    if folder.chance.random() < 0.04:
        folder.say(sender, "ScoreAppraised", **said, provisional=True)
    folder.say(sender, "ScoreAppraised", **said)


def decided(folder: Folder, leaf: JSON) -> JSON:
    """What the council gives: mostly what the figures give, else with a reason."""
    view, chance, code = folder.view, folder.chance, leaf["code"]
    figures = _councils_figures(folder, leaf)
    counting = figures or view.figures(code)
    exact, claimed = view.exact(code, counting), view.self_points(code)
    step = Fraction(leaf["rule"].get("step", "0.25"))
    if exact is None:
        points = claimed or ZERO
        points -= step if chance.random() < 0.2 and points >= step else ZERO
    else:
        kind = chance.random()
        points = round_(exact, 3, "down") if kind < 0.06 else view.rounded(exact)
        points = chance.choice([ZERO, Fraction(leaf["max"])]) if kind > 0.92 else points
    text = text_of(points)
    unsupported = view.support_of(code, text, counting) == "UNSUPPORTED"
    lowered = claimed is not None and points < claimed
    said = {"leaf": code, "points": text, "figures": figures}
    said |= {"opinion": _OPINION if lowered else None, "reason": _REASON if unsupported else None}
    return {name: value for name, value in said.items() if value is not None}


def _councils_figures(folder: Folder, leaf: JSON) -> JSON | None:
    if leaf.get("source") == "system" or folder.chance.random() < 0.08:
        return figures_of(leaf["rule"], folder.chance, folder.skill)
    return None


def correct(folder: Folder, leaf: JSON, sender: Sender) -> None:
    """Give a leaf other points than before: all of them, or none."""
    other = "0" if folder.view.appraised(leaf["code"]) else leaf["max"]
    folder.say(
        sender, "ScoreAppraised", leaf=leaf["code"], points=other, opinion="Rà soát lại", reason="Chấm lại"
    )


def prepare(folder: Folder) -> None:
    """Surveys are recorded, and a leaf or two left out that do not concern the unit."""
    council = folder.council
    for leaf in leaves_of(folder.rubric):
        if leaf.get("source") == "survey":
            given = Fraction(folder.chance.randint(250, 500), 100)
            said = {"score": text_of(given), "of": 5, "respondents": folder.chance.randint(50, 400)}
            folder.say(council, "SurveyRecorded", leaf=leaf["code"], **said)
    for leaf in folder.chance.sample([*folder.leaves()], 2):
        kind = folder.chance.choice(["not-applicable", "not-due"])
        folder.say(council, "LeafExcluded", leaf=leaf["code"], kind=kind, reason="Không phát sinh tại đơn vị")


def default(folder: Folder) -> None:
    """The unit did not file."""
    folder.say(folder.council, "DossierDefaulted", reason="Quá hạn mà đơn vị không gửi hồ sơ")
    folder.say(folder.council, "DossierDefaulted", "no-change", reason="Quá hạn mà đơn vị không gửi hồ sơ")


def score_areas(folder: Folder, sender: Sender) -> None:
    """Appraise the leaves of the sender's areas that count."""
    for leaf in folder.leaves():
        if leaf["code"].partition(".")[0] in sender.areas and not folder.view.is_excluded(leaf["code"]):
            score(folder, leaf, sender)


def finish(folder: Folder, *, everything: bool) -> None:
    """A leaf that was left out counts after all; bonus items; penalties and bonuses, some taken back.

    By chance, unless `everything` is to happen.
    """
    council, chance, view = folder.council, folder.chance, folder.view
    out = [leaf for leaf in folder.leaves() if view.is_excluded(leaf["code"])]
    if out and (everything or chance.random() < 0.5):
        folder.say(council, "LeafIncluded", leaf=out[0]["code"], reason="Có phát sinh trong năm")
        score(folder, out[0], council)
    for item in folder.view.items:
        if chance.random() < 0.6:
            score(folder, item, council)
    penalise(folder, everything=everything)
    if chance.random() < 0.5:
        points = chance.choice(["0.25", "0.5", "1"])
        folder.say(
            council, "BonusAwarded", bonus="thuong-1", points=points, reason="Mô hình hay", basis="QĐ 1"
        )
    if everything or chance.random() < 0.2:
        folder.say(council, "BonusAwarded", bonus="thuong-2", points="0.75", reason="Giải thưởng")
        folder.say(council, "BonusRevoked", bonus="thuong-2", reason="Giải thưởng bị hủy")


def penalise(folder: Folder, *, everything: bool) -> None:
    """Penalties on the whole, an area, a leaf; some of them lifted again."""
    council, chance = folder.council, folder.chance
    leaf = chance.choice([*folder.leaves()])
    targets = ("total", leaf["code"].partition(".")[0], leaf["code"])
    for n, target in enumerate(targets, start=1):
        if everything or chance.random() < 0.4:
            points = chance.choice(["0.25", "0.5", "1", "1.125"])
            said = {"penalty": f"tru-{n}", "points": points, "target": target}
            folder.say(council, "PenaltyApplied", **said, reason="Chậm báo cáo", basis="Quy chế minh họa")
            if (everything and n == 1) or chance.random() < 0.3:
                folder.say(council, "PenaltyLifted", penalty=f"tru-{n}", reason="Đơn vị đã giải thích")
                folder.say(council, "PenaltyLifted", "no-change", penalty=f"tru-{n}", reason="Gửi lại")


def slip_of_the_council(folder: Folder, sender: Sender) -> None:
    """Mistakes of a council that is limited to areas. Each is refused."""
    code = folder.view.areas[sender.areas[0]][0]["code"]
    leaf = folder.view.leaves[code]
    above = text_of(Fraction(leaf["max"]) + 1)
    folder.say(sender, "ScoreAppraised", "against-rubric", leaf=code, points=above)
    folder.say(sender, "ScoreAppraised", "unknown-target", leaf=f"{code}.99", points="0")
    folder.say(sender, "ScoreAppraised", "invalid-data", leaf=code, points="-1")
    folder.say(Sender(sender.tenant, "filer"), "ScoreAppraised", "not-permitted", leaf=code, points="0")
    if wrong := wrong_figures_of(leaf["rule"]):
        folder.say(sender, "ScoreAppraised", "against-rubric", leaf=code, points="0", figures=wrong)
    elsewhere = next((area for area in folder.view.areas if area not in sender.areas), None)
    if elsewhere is not None:
        other = folder.view.areas[elsewhere][0]["code"]
        folder.say(sender, "ScoreAppraised", "not-permitted", leaf=other, points="0")
        folder.say(sender, "BonusAwarded", "not-permitted", bonus="x", points="1", reason="Ngoài lĩnh vực")


def slip_of_words(folder: Folder) -> None:
    """Points that the figures do not support, without a reason; a lowering, without an opinion."""
    view = folder.view
    counted = [leaf for leaf in folder.leaves() if not view.is_excluded(leaf["code"])]
    unsupported = (
        {"leaf": leaf["code"], "points": text}
        for leaf in counted
        for text in ("0", leaf["max"])
        if view.support_of(leaf["code"], text, view.figures(leaf["code"])) == "UNSUPPORTED"
    )
    lowered = ({"leaf": leaf["code"], "points": "0"} for leaf in counted if view.self_points(leaf["code"]))
    for said in islice(unsupported, 1):
        folder.say(folder.council, "ScoreAppraised", "reason-needed", **said)
    for said in islice(lowered, 1):
        folder.say(folder.council, "ScoreAppraised", "opinion-needed", **said, reason=_REASON)


def slip_of_the_chair(folder: Folder) -> None:
    """Mistakes of a council that may appraise everything. Each is refused."""
    council = folder.council
    counted = next(leaf for leaf in folder.leaves() if not folder.view.is_excluded(leaf["code"]))
    code = counted["code"]
    folder.say(council, "LeafIncluded", "no-change", leaf=code, reason="Không cần")
    told = {"points": "1", "reason": "Chậm báo cáo"}
    folder.say(council, "PenaltyApplied", "unknown-target", penalty="tru-x", target="99", **told)
    folder.say(council, "PenaltyApplied", "against-rubric", penalty="tru-x", target="B.1", **told)
    folder.say(council, "PenaltyApplied", "no-change", penalty="tru-x", target="1", **told | {"points": "0"})
    folder.say(council, "PenaltyLifted", "unknown-target", penalty="tru-khong-co", reason="Nhầm")
    folder.say(council, "BonusRevoked", "unknown-target", bonus="thuong-khong-co", reason="Nhầm")
    survey = {"score": "4", "of": "5", "respondents": 10}
    plain = next(leaf for leaf in leaves_of(folder.rubric) if leaf.get("source") != "survey")
    folder.say(council, "SurveyRecorded", "against-rubric", leaf=plain["code"], **survey)
    for leaf in folder.leaves():
        if "step" in leaf["rule"]:
            folder.say(council, "ScoreAppraised", "against-rubric", leaf=leaf["code"], points="0.1")
            return


def propose(folder: Folder, appraiser: str, area: str) -> None:
    """A specialist unit proposes points on the leaves of an area that were assigned to it."""
    sender = Sender(appraiser, "council")
    leaves = [leaf for leaf in folder.leaves() if leaf["code"] in _codes(folder, area)]
    for leaf in leaves[:2]:
        said = decided(folder, leaf)
        said.pop("reason", None)
        folder.say(sender, "ScoreProposed", **said)
        folder.say(sender, "ScoreProposed", "no-change", **said)
    elsewhere = next(leaf for leaf in folder.leaves() if leaf["code"] not in _codes(folder, area))
    folder.say(sender, "ScoreProposed", "unknown-target", leaf=elsewhere["code"], points="0")
    folder.say(
        Sender(appraiser, "filer"), "ScoreProposed", "not-permitted", leaf=leaves[0]["code"], points="0"
    )


def _codes(folder: Folder, area: str) -> list[str]:
    return [leaf["code"] for leaf in folder.view.areas[area]]
