"""A unit files: claims with figures, evidence, second thoughts, and mistakes."""

from fractions import Fraction
from typing import Any

from deploy.province.evaluate.numbers import round_, text_of
from deploy.province.evaluate.rules import worth
from deploy.province.folder import Folder
from deploy.province.measures import figures_of
from deploy.province.script import Sender

JSON = dict[str, Any]

_OFFICES = ("Văn phòng", "Phòng Tổng hợp", "Phòng Chuyên môn", "Bộ phận Một cửa")


def claim(folder: Folder, leaf: JSON) -> JSON:
    """What the unit would say of a leaf: what its figures give, now and then more than that."""
    chance, maximum, rule = folder.chance, Fraction(leaf["max"]), leaf["rule"]
    figures = None if leaf.get("source") == "system" else figures_of(rule, chance, folder.skill)
    computed = None if figures is None else worth(rule, figures, maximum, folder.rubric["points"])
    if computed is None or chance.random() < 0.1:
        step = Fraction(rule.get("step", "0.25"))
        points = maximum - (step if chance.random() > folder.skill and step <= maximum else 0)
    else:
        points = round_(computed, 2, folder.rubric["points"]["rounding"])
    note = f"Theo báo cáo năm của {folder.unit}" if chance.random() < 0.1 else None
    said = {"leaf": leaf["code"], "self_points": text_of(points), "figures": figures, "note": note}
    return {name: value for name, value in said.items() if value is not None}


def assign(folder: Folder) -> None:
    """Share the leaves out among the unit's offices, area by area."""
    for n, area in enumerate(folder.rubric["areas"]):
        codes = [leaf["code"] for leaf in folder.view.areas[area["code"]]]
        support = [_OFFICES[(n + 1) % len(_OFFICES)]] if n % 2 else None
        folder.say(
            folder.filer, "LeafAssigned", leaves=codes, lead=_OFFICES[n % len(_OFFICES)], support=support
        )


def file_all(folder: Folder, leaves: list[JSON]) -> None:
    """Claim these leaves, but for one that is forgotten now and then; the unit's files prove some of them."""
    for leaf in leaves:
        if folder.chance.random() > 0.02:
            folder.say(folder.filer, "SubmissionFiled", **claim(folder, leaf))
    for leaf in leaves:
        wanted = leaf.get("evidence") == "required"
        if folder.chance.random() < (0.95 if wanted else 0.03):
            attach(folder, f"tl-{leaf['code']}", leaf["code"])


def attach(folder: Folder, evidence: str, code: str, sender: Sender | None = None) -> None:
    """Attach the unit's report of the year to a leaf; by who files, if nobody else is named."""
    report = f"Báo cáo minh họa của {folder.unit}, kỳ {folder.round}.\nKhông có thật.\n"
    folder.say(
        sender or folder.filer,
        "EvidenceAttached",
        evidence=evidence,
        leaf=code,
        **folder.script.put(report),
        name="bao-cao.txt",
        media_type="text/plain",
        number=f"{len(code)}/BC-MAU",
        dated=f"{folder.round[:4]}-10-01",
        issuer=folder.unit,
        title="Báo cáo kết quả cải cách hành chính",
        pages="1-3",
    )


def think_again(folder: Folder) -> None:
    """Claims are changed and taken back; a file lay with the wrong leaf, another was the wrong file."""
    chance, filer = folder.chance, folder.filer
    filed = [leaf for leaf in folder.fileable() if folder.view.standing_filing(leaf["code"])]
    again, back, right, wrong = chance.sample(filed, 4)
    other = claim(folder, again) | {"note": "Sửa lại số liệu"}
    folder.say(filer, "SubmissionFiled", **other)
    reason = "Chưa đủ số liệu" if chance.random() < 0.5 else None
    folder.say(filer, "SubmissionWithdrawn", leaf=back["code"], reason=reason)
    if chance.random() < 0.7:
        folder.say(filer, "SubmissionFiled", **claim(folder, back))
    attach(folder, "tl-nham-cho", wrong["code"])
    folder.say(filer, "EvidenceMoved", evidence="tl-nham-cho", leaf=right["code"], reason="Đính kèm nhầm chỗ")
    attach(folder, "tl-nham-tep", right["code"])
    folder.say(filer, "EvidenceWithdrawn", evidence="tl-nham-tep", reason="Nhầm tệp")


def submit(folder: Folder) -> None:
    """The head sends the dossier."""
    folder.say(
        folder.head,
        "DossierSubmitted",
        number=f"{folder.chance.randint(1, 400)}/BC",
        dated=f"{folder.round[:4]}-11-01",
        signed_as="Thủ trưởng đơn vị",
    )
