"""How the province comes into the ledger: its units, earlier results, who may read, and first mistakes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from deploy.province.places import COMMUNE, DEPARTMENT, DISTRICT, PROVINCE, ROOT, Places
from deploy.province.script import DUPLICATE, FAR_OFF, Script, Sender

JSON = dict[str, Any]

REGISTRAR = Sender(ROOT, "registrar")
CHAIR = Sender(ROOT, "chair")
_BASIS = "Quyết định minh họa, không có thật"


def found(script: Script, places: Places, year: int) -> None:
    """Everything before the first round."""
    script.at(datetime(year, 1, 5, 8, tzinfo=script.clock.tzinfo))
    _register_the_upper_levels(script, places, f"{year - 3}-01-01")
    script.barrier()
    _register_communes(script, places, f"{year - 3}-01-01")
    script.barrier()
    _use_an_id_again(script)
    script.barrier()
    _change(script, places, f"{year - 2}-06-01")
    script.barrier()
    _import_results(script, places, (year - 2, year - 1))
    script.barrier()
    _grant(script, places)


def _register(script: Script, sender: Sender, places: Places, path: str, kind: str, since: str) -> None:
    said = {"unit": path, "name": places.names[path], "kind": kind, "effective": since}
    script.say(sender, "UnitRegistered", path, **said)


def _register_the_upper_levels(script: Script, places: Places, since: str) -> None:
    _register(script, REGISTRAR, places, ROOT, PROVINCE, since)
    for path in places.departments:
        _register(script, REGISTRAR, places, path, DEPARTMENT, since)
    for path in places.districts:
        _register(script, REGISTRAR, places, path, DISTRICT, since)
    unit = {"unit": ROOT, "name": "Tỉnh Mẫu", "kind": PROVINCE, "effective": since}
    missing = {**unit, "unit": f"{ROOT}/khong-co/xa-01"}
    script.say(REGISTRAR, "UnitRegistered", ROOT, "no-change", **unit)
    script.say(REGISTRAR, "UnitRegistered", missing["unit"], "unknown-target", **missing)
    script.say(REGISTRAR, "UnitRegistered", ROOT, "invalid-data", **unit | {"effective": "2999-01-01"})
    script.say(REGISTRAR, "UnitRegistered", ROOT, "invalid-data", **unit | {"effective": "2020-02-30"})
    script.say(REGISTRAR, "UnitRegistred", ROOT, "unknown-type", **unit)
    script.say(REGISTRAR, "UnitRegistered", ROOT, "too-large", **unit | {"name": "Tỉnh Mẫu " * 8000})
    malformed = script.envelope(ROOT, "UnitRegistered", ROOT, dict(unit)) | {"id": "khong-phai-uuid"}
    script.emit(REGISTRAR, malformed, "malformed")


def _register_communes(script: Script, places: Places, since: str) -> None:
    """Every other district registers its own, the province those of the others."""
    for n, (district, communes) in enumerate(places.communes.items()):
        own = Sender(district, "registrar")
        for path in communes:
            _register(script, own if n % 2 else REGISTRAR, places, path, COMMUNE, since)
        elsewhere = f"{places.districts[n - 1]}/xa-99"
        unit = {"unit": elsewhere, "name": "Xã Mẫu 99", "kind": COMMUNE, "effective": since}
        script.say(own, "UnitRegistered", elsewhere, "not-permitted", **unit)
        unit["unit"] = f"{district}/xa-99"
        script.say(Sender(district, "head"), "UnitRegistered", unit["unit"], "not-permitted", **unit)


def _use_an_id_again(script: Script) -> None:
    """The very same again is a duplicate; anything else under a used id is refused."""
    first = script.lines[0]
    script.emit(first.sender, first.emission, DUPLICATE)
    other = {**first.emission, "data": {**first.emission["data"], "name": "Tỉnh Khác"}}
    script.emit(first.sender, other, "id-reused")


def _change(script: Script, places: Places, since: str) -> None:
    commune = places.communes[places.districts[0]][0]
    renamed = {"unit": commune, "name": f"{places.names[commune]} (đổi tên)", "effective": since}
    script.say(REGISTRAR, "UnitChanged", commune, **renamed)
    script.say(REGISTRAR, "UnitChanged", commune, "no-change", **renamed)
    script.say(REGISTRAR, "UnitChanged", commune, "invalid-data", unit=commune, effective=since)
    nowhere = f"{ROOT}/khong-co"
    script.say(REGISTRAR, "UnitChanged", nowhere, "unknown-target", unit=nowhere, name="X", effective=since)
    second = places.communes[places.districts[1]][0]
    for kind in ("thị trấn", COMMUNE):
        script.say(REGISTRAR, "UnitChanged", second, unit=second, kind=kind, effective=since)


def _import_results(script: Script, places: Places, years: Sequence[int]) -> None:
    chance = script.chance("imported")
    upper = [*places.departments, *places.districts]
    for year in years:
        for n, path in enumerate(upper, start=1):
            index = f"{chance.randint(55, 98)}.{chance.randint(1, 9)}"
            said = {"round": str(year), "index": index, "grade": "Khá", "basis": _BASIS}
            script.say(REGISTRAR, "ResultImported", path, unit=path, rank=n, of=len(upper), **said)
    path, said = upper[0], {"round": str(years[0]), "index": "81.25", "basis": _BASIS}
    script.say(REGISTRAR, "ResultImported", path, unit=path, **said)
    script.say(REGISTRAR, "ResultImported", path, "no-change", unit=path, **said)
    script.say(REGISTRAR, "ResultImported", path, "invalid-data", unit=path, rank=3, of=2, **said)
    nowhere = f"{ROOT}/khong-co"
    script.say(REGISTRAR, "ResultImported", nowhere, "unknown-target", unit=nowhere, **said)
    district = places.districts[0]
    commune = places.communes[district][0]
    script.say(Sender(district, "registrar"), "ResultImported", commune, unit=commune, **said)


def _grant(script: Script, places: Places) -> None:
    ministry = {"grant": "bo", "to": "bo-mau", "under": ROOT, "basis": _BASIS}
    inspectorate = {"grant": "thanh-tra", "to": "bo-mau/thanh-tra", "under": places.districts[0]}
    script.say(REGISTRAR, "ReadGranted", ROOT, **ministry)
    script.say(REGISTRAR, "ReadGranted", ROOT, "no-change", **ministry)
    script.say(REGISTRAR, "ReadGranted", ROOT, **inspectorate, until=FAR_OFF)
    script.say(
        REGISTRAR, "ReadGranted", ROOT, "unknown-target", grant="x", to="bo-mau", under=f"{ROOT}/khong-co"
    )
    past = script.clock.isoformat()
    script.say(REGISTRAR, "ReadGranted", ROOT, "invalid-data", **ministry | {"grant": "y"}, until=past)
    script.say(CHAIR, "ReadGranted", ROOT, "not-permitted", **ministry | {"grant": "z"})
    script.say(REGISTRAR, "ReadRevoked", ROOT, grant="thanh-tra", reason="Hết đợt thanh tra")
    script.say(REGISTRAR, "ReadRevoked", ROOT, "no-change", grant="thanh-tra", reason="Gửi lại")
    script.say(REGISTRAR, "ReadRevoked", ROOT, "unknown-target", grant="khong-co", reason="Nhầm")


def publish_rubrics(script: Script, rubrics: Mapping[str, JSON]) -> None:
    """The rubrics of a year, after mistakes; an id is given once."""
    for rubric in rubrics.values():
        wrong = {**rubric, "total": "1"}
        script.say(CHAIR, "RubricPublished", ROOT, "invalid-data", rubric=wrong)
        script.say(CHAIR, "RubricPublished", ROOT, rubric=rubric)
        script.say(CHAIR, "RubricPublished", ROOT, "no-change", rubric={**wrong, "total": rubric["total"]})
        script.say(REGISTRAR, "RubricPublished", ROOT, "not-permitted", rubric=rubric)
