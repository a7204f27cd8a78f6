"""The course of rounds: what happens in each, step by step; rounds that run side by side share the steps.

A step is written for every round, and everything in it may be sent at the same time; the next is sent once
all of it is answered.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from deploy.province import appraising, disputing, filing, following, slips
from deploy.province.folder import Folder
from deploy.province.rounds import Round
from deploy.province.script import FAR_OFF

Step = Callable[[Round], None]
_EVERY_SLIP = 99


def play(rounds: Sequence[Round], begins: datetime, steps: Sequence[Step]) -> None:
    """Write these steps of all rounds, a day apart."""
    script = rounds[0].script
    for n, step in enumerate(steps):
        script.at(begins + timedelta(days=n))
        for round_ in rounds:
            step(round_)


def _file(round_: Round) -> None:
    for n, folder in enumerate(round_.punctual):
        filing.assign(folder)
        filing.file_all(folder, folder.fileable())
        slips.slip(folder, _EVERY_SLIP if n == 0 else 2)
        filing.think_again(folder)
    some = round_.late.fileable()
    filing.file_all(round_.late, some[: len(some) // 2])


def _submit(round_: Round) -> None:
    for folder in round_.punctual:
        filing.submit(folder)
        slips.locked(folder)


def _send_back(round_: Round) -> None:
    folder, council = round_.returned, round_.returned.council
    if folder is round_.late:
        return
    codes = [leaf["code"] for leaf in folder.fileable()[:2]]
    told = {"leaves": codes, "reason": "Đề nghị bổ sung số liệu"}
    past = round_.script.clock.isoformat()
    folder.say(council, "SubmissionReturned", "invalid-data", **told, until=past)
    folder.say(council, "SubmissionReturned", "unknown-target", **told | {"leaves": ["9.9.9"]}, until=FAR_OFF)
    folder.say(folder.filer, "SubmissionReturned", "not-permitted", **told, until=FAR_OFF)
    folder.say(council, "SubmissionReturned", **told, until=FAR_OFF)
    folder.say(council, "SubmissionReturned", "no-change", **told, until=FAR_OFF)


def _file_again(round_: Round) -> None:
    folder = round_.returned
    if folder is round_.late:
        return
    again, _, other, *_ = folder.fileable()
    words = {"note": "Bổ sung theo yêu cầu"}
    folder.say(folder.head, "SubmissionFiled", **filing.claim(folder, again) | words)
    filing.attach(folder, "tl-bo-sung", again["code"], folder.head)
    folder.say(folder.head, "SubmissionFiled", "locked", **filing.claim(folder, other) | words)
    filing.submit(folder)
    folder.say(folder.head, "SubmissionFiled", "locked", **filing.claim(folder, again) | words)


def _close_filing(round_: Round) -> None:
    round_.close_filing()


def _come_late(round_: Round) -> None:
    slips.too_late(round_.late)


def _allow(round_: Round) -> None:
    round_.allow(round_.late)


def _file_late(round_: Round) -> None:
    some = round_.late.fileable()
    filing.file_all(round_.late, some[len(some) // 2 :])


def _submit_late(round_: Round) -> None:
    filing.submit(round_.late)


def _close_for_all(round_: Round) -> None:
    round_.close("filing", [round_.late.unit])


def _name_appraisers(round_: Round) -> None:
    round_.name_appraisers()


def _propose(round_: Round) -> None:
    for appraiser, area in round_.proposing().items():
        for folder in round_.folders.values():
            if folder.unit not in (appraiser, round_.absent and round_.absent.unit):
                appraising.propose(folder, appraiser, area)


def _prepare(round_: Round) -> None:
    for folder in round_.folders.values():
        appraising.prepare(folder)
    if round_.absent:
        appraising.default(round_.absent)


def _appraise(round_: Round) -> None:
    for council in round_.councils:
        for folder in round_.folders.values():
            if folder is not round_.absent:
                appraising.score_areas(folder, council)
    appraising.slip_of_the_council(round_.late, round_.councils[0])


def _finish(round_: Round) -> None:
    for folder in round_.folders.values():
        if folder is not round_.absent:
            appraising.finish(folder, everything=folder is round_.late)
    appraising.slip_of_words(round_.late)
    appraising.slip_of_the_chair(round_.late)


def _publish_too_early(round_: Round) -> None:
    round_.publish_too_early()


def _dispute_too_early(round_: Round) -> None:
    disputing.too_early(round_.returned)


def _release(round_: Round) -> None:
    round_.release()


def disputing_units(round_: Round) -> list[Folder]:
    """Every other unit disputes something; the first always does."""
    return [folder for folder in [*round_.folders.values()][::2] if folder is not round_.absent]


def _dispute(round_: Round) -> None:
    for folder in disputing_units(round_):
        disputing.raise_all(folder, slips=folder is round_.late)


def _decide_most(round_: Round) -> None:
    for folder in disputing_units(round_):
        if folder is round_.late:
            disputing.slip_of_the_council(folder)
            disputing.decide(folder, disputing.open_disputes(folder)[1:])
        else:
            disputing.decide(folder, disputing.open_disputes(folder))
        disputing.decided_already(folder)


def _decide_the_rest(round_: Round) -> None:
    disputing.decide(round_.late, disputing.open_disputes(round_.late))


def _close_all(round_: Round) -> None:
    round_.close_all()


def _say_something_late(round_: Round) -> None:
    folder = round_.late
    leaf = next(leaf for leaf in folder.leaves() if not folder.view.is_excluded(leaf["code"]))
    folder.say(folder.council, "ScoreAppraised", "window-closed", leaf=leaf["code"], points="0")
    for lost in disputing.lost_leaves(folder)[-1:]:
        said = {"dispute": "gt-muon", "about": lost["code"], "grounds": "Gửi muộn"}
        folder.say(folder.head, "DisputeRaised", "window-closed", **said)


def _publish(round_: Round) -> None:
    round_.publish()


def _say_something_after(round_: Round) -> None:
    folder = round_.late
    leaf = folder.fileable()[0]
    folder.say(folder.filer, "SubmissionFiled", "published", **filing.claim(folder, leaf))
    folder.say(folder.council, "ScoreAppraised", "published", leaf=leaf["code"], points="0")


def _reopen(round_: Round) -> None:
    if round_.reopens:
        round_.reopen()


def _correct(round_: Round) -> None:
    if round_.reopens:
        folder = round_.returned
        leaf = next(leaf for leaf in folder.leaves() if not folder.view.is_excluded(leaf["code"]))
        appraising.correct(folder, leaf, folder.council)


def _close_again(round_: Round) -> None:
    if round_.reopens:
        round_.close("appraisal")
        round_.publish()


OPENING: tuple[Step, ...] = (Round.open, _name_appraisers)
FILING: tuple[Step, ...] = (
    _file,
    _submit,
    _send_back,
    _file_again,
    _close_filing,
    _come_late,
    _allow,
    _file_late,
    _submit_late,
    _close_for_all,
)
APPRAISAL: tuple[Step, ...] = (
    _propose,
    _prepare,
    _appraise,
    _finish,
    _publish_too_early,
    _dispute_too_early,
    _release,
    _dispute,
    _decide_most,
    _publish_too_early,
    _decide_the_rest,
    _close_all,
    _say_something_late,
)
PUBLICATION: tuple[Step, ...] = (_publish, _say_something_after, _reopen, _correct, _close_again)
FOLLOW_UP: tuple[Step, ...] = following.STEPS
