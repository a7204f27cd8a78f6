"""Mistakes that units make when they file. Each is refused, for what its name says."""

from collections.abc import Callable, Mapping
from fractions import Fraction

from deploy.province.evaluate.numbers import text_of
from deploy.province.filing import claim
from deploy.province.folder import Folder
from deploy.province.measures import wrong_figures_of
from deploy.province.rubrics import leaves_of
from deploy.province.script import Sender

_MORE = Fraction(1, 4)


def slip(folder: Folder, many: int) -> None:
    """So many of the mistakes, by chance; all of them where there are not so many."""
    for name in folder.chance.sample([*SLIPS], min(many, len(SLIPS))):
        SLIPS[name](folder)


def _misfitting_figures(folder: Folder) -> None:
    for leaf in folder.fileable():
        wrong = wrong_figures_of(leaf["rule"])
        if wrong is not None and folder.chance.random() < 0.3:
            said = {"leaf": leaf["code"], "self_points": "0", "figures": wrong}
            folder.say(folder.filer, "SubmissionFiled", "against-rubric", **said)


def _more_than_the_maximum(folder: Folder) -> None:
    leaf = folder.chance.choice(folder.fileable())
    points = text_of(Fraction(leaf["max"]) + _MORE)
    folder.say(folder.filer, "SubmissionFiled", "against-rubric", leaf=leaf["code"], self_points=points)


def _no_such_leaf(folder: Folder) -> None:
    folder.say(folder.filer, "SubmissionFiled", "unknown-target", leaf="9.9.9", self_points="1")


def _no_such_round(folder: Folder) -> None:
    said = {"leaf": "1.1", "self_points": "0.5"}
    folder.script.say(folder.filer, "SubmissionFiled", f"{folder.unit}@khong-co", "unknown-target", **said)


def _the_same_again(folder: Folder) -> None:
    filings = [filing for code in folder.view.leaves if (filing := folder.view.standing_filing(code))]
    if filings:
        folder.say(folder.filer, "SubmissionFiled", "no-change", **folder.chance.choice(filings))


def _a_surveyed_leaf(folder: Folder) -> None:
    for leaf in leaves_of(folder.rubric):
        if leaf.get("source") == "survey":
            said = {"leaf": leaf["code"], "self_points": leaf["max"]}
            folder.say(folder.filer, "SubmissionFiled", "against-rubric", **said)
            return


def _figures_that_are_the_councils(folder: Folder) -> None:
    for leaf in leaves_of(folder.rubric):
        if leaf.get("source") == "system":
            said = {"leaf": leaf["code"], "self_points": "0", "figures": {"value": "11", "base": "10"}}
            folder.say(folder.filer, "SubmissionFiled", "against-rubric", **said)
            return


def _somebody_elses_dossier(folder: Folder) -> None:
    said = {"leaf": "1.1", "self_points": "0.5"}
    subject = f"{folder.authority}@{folder.round}"
    folder.script.say(folder.filer, "SubmissionFiled", subject, "not-permitted", **said)


def _in_anothers_name(folder: Folder) -> None:
    said = {"leaf": "1.1", "self_points": "0.5"}
    emission = folder.script.envelope(folder.authority, "SubmissionFiled", folder.subject, said)
    folder.script.emit(folder.filer, emission, "wrong-source")


def _without_the_role(folder: Folder) -> None:
    folder.say(folder.filer, "DossierSubmitted", "not-permitted")
    viewer = Sender(folder.unit, "viewer")
    folder.say(viewer, "SubmissionFiled", "not-permitted", leaf="1.1", self_points="0.5")


def _judging_oneself(folder: Folder) -> None:
    council = Sender(folder.unit, "council")
    folder.say(council, "ScoreAppraised", "not-permitted", leaf="1.1", points="0.5")


def _a_comma_for_a_point(folder: Folder) -> None:
    folder.say(folder.filer, "SubmissionFiled", "invalid-data", leaf="1.1", self_points="0,5")


def _a_field_that_nobody_knows(folder: Folder) -> None:
    said = {"leaf": "1.1", "self_points": "0.5", "ghi_chu": "Theo báo cáo"}
    folder.say(folder.filer, "SubmissionFiled", "invalid-data", **said)


def _a_file_that_nobody_put(folder: Folder) -> None:
    said = {"evidence": "tl-chua-tai", "leaf": "1.1", "sha256": "0" * 64, "size": 1}
    folder.say(
        folder.filer, "EvidenceAttached", "evidence-not-stored", **said, name="a.txt", media_type="text/plain"
    )


def _evidence_of_nothing(folder: Folder) -> None:
    folder.say(folder.filer, "EvidenceWithdrawn", "unknown-target", evidence="tl-khong-co")
    folder.say(folder.filer, "EvidenceMoved", "unknown-target", evidence="tl-khong-co", leaf="1.1")


def _taking_back_what_was_not_filed(folder: Folder) -> None:
    for leaf in folder.fileable():
        if folder.view.standing_filing(leaf["code"]) is None:
            folder.say(folder.filer, "SubmissionWithdrawn", "no-change", leaf=leaf["code"])
            return


def _moving_nowhere(folder: Folder) -> None:
    for _, data in folder.view.said("EvidenceAttached")[:1]:
        said = {"evidence": data["evidence"], "leaf": data["leaf"]}
        folder.say(folder.filer, "EvidenceMoved", "no-change", **said)
        folder.say(folder.filer, "EvidenceAttached", "no-change", **data)


def _assigning_the_same(folder: Folder) -> None:
    for _, data in folder.view.said("LeafAssigned")[:1]:
        folder.say(folder.filer, "LeafAssigned", "no-change", **data)


SLIPS: Mapping[str, Callable[[Folder], None]] = {
    slip.__name__: slip
    for slip in (
        _misfitting_figures,
        _more_than_the_maximum,
        _no_such_leaf,
        _no_such_round,
        _the_same_again,
        _a_surveyed_leaf,
        _figures_that_are_the_councils,
        _somebody_elses_dossier,
        _in_anothers_name,
        _without_the_role,
        _judging_oneself,
        _a_comma_for_a_point,
        _a_field_that_nobody_knows,
        _a_file_that_nobody_put,
        _evidence_of_nothing,
        _taking_back_what_was_not_filed,
        _moving_nowhere,
        _assigning_the_same,
    )
}


def locked(folder: Folder) -> None:
    """What was submitted is locked, and submitted once."""
    leaf = folder.fileable()[0]
    folder.say(folder.head, "SubmissionFiled", "locked", **claim(folder, leaf) | {"note": "Xin bổ sung"})
    folder.say(folder.head, "DossierSubmitted", "no-change")


def too_late(folder: Folder) -> None:
    """Filing is closed."""
    leaf = folder.fileable()[0]
    folder.say(folder.filer, "SubmissionFiled", "window-closed", **claim(folder, leaf) | {"note": "Nộp muộn"})
