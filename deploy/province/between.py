"""Between two rounds: communes merge and districts are dissolved; what they left open passes on."""

from datetime import datetime

from deploy.province.founding import REGISTRAR
from deploy.province.places import COMMUNE, DEPARTMENT, ROOT, Merger, Places
from deploy.province.script import Script, Sender

_AT_ONCE = 20
_BASIS = "Nghị quyết minh họa về sắp xếp đơn vị, không có thật"
NEIGHBOUR = f"{ROOT}/xa-nhan-them"
"""A commune that takes in one of another province."""


def reorganise(script: Script, places: Places, year: int) -> None:
    """On 1 July: first the communes, then the districts, a department, a neighbour's commune."""
    script.at(datetime(year, 7, 1, 8, tzinfo=script.clock.tzinfo))
    effective = f"{year}-07-01"
    mergers = places.mergers
    for n in range(0, len(mergers), _AT_ONCE):
        _merge(script, places, mergers[n : n + _AT_ONCE], effective)
    _slip(script, places, effective)
    for district in places.districts:
        told = {"into": [], "heirs": {district: ROOT}, "effective": effective, "basis": _BASIS}
        script.say(REGISTRAR, "UnitsReorganised", ROOT, from_=[district], **told)
    _merge_departments(script, places, effective)
    foreign = "tinh-khac/xa-giap-ranh"
    into = [{"unit": NEIGHBOUR, "name": "Xã Mẫu Nhận Thêm", "kind": COMMUNE}]
    told = {"into": into, "heirs": {foreign: NEIGHBOUR}, "effective": effective, "basis": _BASIS}
    script.say(REGISTRAR, "UnitsReorganised", ROOT, from_=[foreign], **told)


def _merge(script: Script, places: Places, mergers: tuple[Merger, ...], effective: str) -> None:
    script.say(
        REGISTRAR,
        "UnitsReorganised",
        ROOT,
        from_=[path for merger in mergers for path in merger.ended],
        into=[
            {"unit": path, "name": places.names[path], "kind": COMMUNE}
            for merger in mergers
            for path in merger.made
        ],
        heirs={path: merger.made[0] for merger in mergers for path in merger.ended},
        effective=effective,
        basis=_BASIS,
    )


def _merge_departments(script: Script, places: Places, effective: str) -> None:
    """The first goes on under a new name, and takes the third in."""
    goes_on, _, ends = places.departments[:3]
    into = [{"unit": goes_on, "name": f"{places.names[goes_on]} (hợp nhất)", "kind": DEPARTMENT}]
    told = {"into": into, "heirs": {ends: goes_on}, "effective": effective, "basis": _BASIS}
    script.say(REGISTRAR, "UnitsReorganised", ROOT, from_=[goes_on, ends], **told)


def _slip(script: Script, places: Places, effective: str) -> None:
    ended = places.mergers[0].ended[0]
    made = places.mergers[0].made[0]
    told = {"into": [], "effective": effective, "basis": _BASIS}
    script.say(REGISTRAR, "UnitsReorganised", ROOT, "unknown-target", from_=[ended], heirs={}, **told)
    wrong = {"from_": [made], "heirs": {made: f"{ROOT}/khong-co"}}
    script.say(REGISTRAR, "UnitsReorganised", ROOT, "unknown-target", **wrong, **told)
    script.say(REGISTRAR, "UnitsReorganised", ROOT, "invalid-data", from_=[ROOT], heirs={}, **told)
    registrar = Sender(places.districts[0], "registrar")
    script.say(registrar, "UnitsReorganised", ROOT, "not-permitted", from_=[made], heirs={}, **told)


def speak_for_nobody(script: Script, places: Places, round_: str) -> None:
    """Units that have ended act for nobody."""
    script.barrier()
    ended, district = places.mergers[0].ended[0], places.districts[0]
    plan = {"plan": "ke-hoach-muon", "leaves": [], "action": "X", "lead": "Y", "due": "2030-01-01"}
    filer, registrar = Sender(ended, "filer"), Sender(district, "registrar")
    script.say(filer, "RemediationPlanned", f"{ended}@{round_}", "not-permitted", **plan)
    below = f"{district}/xa-98"
    unit = {"unit": below, "name": "Xã Mẫu 98", "kind": COMMUNE, "effective": "2020-01-01"}
    script.say(registrar, "UnitRegistered", below, "not-permitted", **unit)
    script.say(REGISTRAR, "UnitRegistered", below, "unknown-target", **unit)


def take_over(script: Script, places: Places, round_: str) -> None:
    """The heir goes on with the plan that a commune left open; the province confirms it."""
    script.barrier()
    for merger in places.mergers:
        for ended in merger.ended:
            subject = f"{ended}@{round_}"
            planned = [
                e for e in script.ledger.events if e.type == "RemediationPlanned" and e.subject == subject
            ]
            if planned:
                heir, general = Sender(merger.made[0], "filer"), "ke-hoach-chung"
                script.say(heir, "RemediationReported", subject, plan=general, done=True, note="Đã xong")
                script.barrier()
                council = Sender(ROOT, "council")
                script.say(council, "RemediationConfirmed", subject, plan=general, accepted=True)
                return
