"""Small rounds of a district: one that comes to nothing, and one that outlives the district."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from deploy.province import appraising, filing
from deploy.province.places import COMMUNE, ROOT, Places, token_of
from deploy.province.rounds import Round
from deploy.province.script import Script, Sender

JSON = dict[str, Any]


def trial_rubric(district: str) -> JSON:
    """Three leaves in one area, of a district's own making."""
    rules: Mapping[str, JSON] = {
        "Kế hoạch": {"kind": "judgement", "step": "0.5"},
        "Tỷ lệ đúng hạn": {"kind": "rate"},
        "Sáng kiến": {"kind": "count", "each": "0.5"},
    }
    leaves = [
        {"code": f"1.{n}", "name": name, "max": "2", "rule": rule}
        for n, (name, rule) in enumerate(rules.items(), start=1)
    ]
    return {
        "id": f"thu-{token_of(district)}",
        "name": "Bộ chỉ số thử",
        "points": {"scale": 2, "rounding": "half_up"},
        "index": {"scale": 2, "rounding": "half_up"},
        "grades": [{"name": "Đạt", "from": "50"}, {"name": "Chưa đạt", "from": "0"}],
        "areas": [{"code": "1", "name": "Thử", "criteria": leaves}],
    }


def _round(script: Script, district: str, id_: str, units: list[str]) -> Round:
    rubric = trial_rubric(district)
    kinds = dict.fromkeys(units, COMMUNE)
    return Round(script, district, id_, "Kỳ thử", {COMMUNE: rubric}, kinds, kind="interim")


def cancel_one(script: Script, places: Places, year: int) -> None:
    """A district tries its own rubric on two communes, and thinks better of it."""
    script.at(datetime(year, 3, 1, 8, tzinfo=script.clock.tzinfo))
    district = places.districts[0]
    chair = Sender(district, "chair")
    script.say(chair, "RubricPublished", district, rubric=trial_rubric(district))
    trial = _round(script, district, f"{year}-thu", [*places.communes[district][:2]])
    trial.open()
    script.barrier()
    for folder in trial.folders.values():
        filing.file_all(folder, folder.fileable())
    script.barrier()
    trial.say("RoundCancelled", reason="Bộ chỉ số thử chưa phù hợp")
    trial.say("RoundCancelled", "no-change", reason="Gửi lại")
    trial.say("ResultsPublished", "window-closed", document=trial.document())
    script.barrier()
    said = {"leaf": "1.1", "self_points": "1", "note": "Sau khi hủy"}
    trial.late.say(trial.late.filer, "SubmissionFiled", "window-closed", **said)


def begin_two(script: Script, places: Places, year: int) -> tuple[Round, Round]:
    """Two districts open rounds that are still open when they are dissolved.

    In the first everybody ends; in the second one commune goes on.
    """
    script.at(datetime(year, 4, 1, 8, tzinfo=script.clock.tzinfo))
    first, second = places.districts[:2]
    for district in (first, second):
        rubric = trial_rubric(district)
        if rubric["id"] not in _rubrics(script):
            script.say(Sender(district, "chair"), "RubricPublished", district, rubric=rubric)
    rounds = (
        _round(script, first, f"{year}-6t", [*places.communes[first]]),
        _round(script, second, f"{year}-6t", [*places.communes[second]]),
    )
    for round_ in rounds:
        round_.open()
    script.barrier()
    for round_ in rounds:
        for folder in round_.folders.values():
            filing.file_all(folder, folder.fileable())
    return rounds


def end_two(script: Script, places: Places, rounds: tuple[Round, Round]) -> None:
    """The province cancels the one, and brings the other to its end."""
    orphaned, passed_on = rounds
    for round_ in rounds:
        round_.acting = ROOT
        round_.folders = {unit: folder for unit, folder in round_.folders.items() if unit == places.island}
    script.barrier()
    ended = Sender(orphaned.authority, "chair")
    script.say(ended, "RoundCancelled", orphaned.subject, "not-permitted", reason="Giải thể")
    orphaned.say("RoundCancelled", reason="Huyện giải thể, không còn đơn vị trong kỳ")
    folder = passed_on.folders[places.island]
    folder.acting = ROOT
    filing.submit(folder)
    script.barrier()
    for leaf in folder.leaves():
        appraising.score(folder, leaf, folder.council)
    script.barrier()
    passed_on.release()
    for window in ("filing", "appraisal", "disputes"):
        passed_on.close(window)
    passed_on.publish()


def _rubrics(script: Script) -> set[str]:
    return {e.data["rubric"]["id"] for e in script.ledger.events if e.type == "RubricPublished"}
