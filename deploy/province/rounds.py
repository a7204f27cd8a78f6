"""A round of the play: its cast, and how it is opened, changed, closed, released and published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from deploy.province.evaluate import Standing
from deploy.province.folder import Folder
from deploy.province.script import FAR_OFF, RECORDED, Line, Script, Sender

JSON = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Publication:
    """A `ResultsPublished`, and the standings that it must freeze."""

    line: Line
    authority: str
    round: str
    standings: list[Standing]


@dataclass(slots=True)
class Round:
    """A round while the play is written.

    `kinds` are those of its units by path; `joins` comes in later, `leaves` goes before the appraisal; `late`
    files after the deadline, `returned` gets leaves back, `absent` does not file. `acting` speaks for the
    authority. `appraisers` propose on an area each.
    """

    script: Script
    authority: str
    id: str
    name: str
    rubrics: Mapping[str, JSON]
    kinds: Mapping[str, str]
    kind: str = "annual"
    excluded: Sequence[JSON] = ()
    groups: Mapping[str, list[str]] | None = None
    appraisers: Sequence[str] = ()
    joins: str | None = None
    leaves: str | None = None
    reopens: bool = False
    acting: str = ""
    folders: dict[str, Folder] = field(default_factory=dict[str, Folder])
    publications: list[Publication] = field(default_factory=list[Publication])

    def __post_init__(self) -> None:
        self.acting = self.acting or self.authority

    @property
    def subject(self) -> str:
        """The round."""
        return f"{self.authority}@{self.id}"

    @property
    def chair(self) -> Sender:
        """Who leads the council."""
        return Sender(self.acting, "chair")

    @property
    def year(self) -> str:
        """The year that it is about."""
        return self.id[:4]

    @property
    def late(self) -> Folder:
        """The unit that files after the deadline."""
        return next(iter(self.folders.values()))

    @property
    def returned(self) -> Folder:
        """The unit that gets leaves back."""
        return [*self.folders.values()][-1]

    @property
    def absent(self) -> Folder | None:
        """The unit that does not file; only where there are enough others."""
        return [*self.folders.values()][1] if len(self.folders) > 2 else None

    @property
    def punctual(self) -> list[Folder]:
        """All the others."""
        return [folder for folder in self.folders.values() if folder not in (self.late, self.absent)]

    @property
    def councils(self) -> list[Sender]:
        """The council's members, each limited to some areas; together they have them all."""
        areas = sorted({area["code"] for rubric in self.rubrics.values() for area in rubric["areas"]})
        return [Sender(self.acting, "council", tuple(areas[n : n + 3])) for n in range(0, len(areas), 3)]

    def say(self, type_: str, expect: str = RECORDED, /, **data: Any) -> Line:
        """Write a line about this round, by its chair."""
        return self.script.say(self.chair, type_, self.subject, expect, **data)

    def opening(self) -> JSON:
        """The data of its `RoundOpened`."""
        window = {"opens": self.script.clock.isoformat(), "closes": FAR_OFF}
        data: JSON = {
            "round": self.id,
            "name": self.name,
            "kind": self.kind,
            "period": {"from": f"{self.year}-01-01", "to": f"{self.year}-12-31"},
            "rubrics": {kind: rubric["id"] for kind, rubric in self.rubrics.items()},
            "units": [unit for unit in self.kinds if unit != self.joins],
            **dict.fromkeys(("filing", "appraisal", "disputes"), window),
        }
        if self.excluded:
            data["excluded"] = list(self.excluded)
        if self.groups:
            data["groups"] = dict(self.groups)
        return data

    def open(self) -> None:
        """Open it; a unit that was forgotten joins."""
        data = self.opening()
        self._slip_of_opening(data)
        self.say("RoundOpened", **data)
        self.say("RoundOpened", "no-change", **data)
        if self.joins:
            self.say("RoundChanged", add=[self.joins], reason="Bổ sung đơn vị còn sót")
            self.say("RoundChanged", "no-change", add=[self.joins], reason="Gửi lại")
        for unit, kind in self.kinds.items():
            rubric = self.rubrics[kind]
            self.folders[unit] = Folder(self.script, self.authority, self.id, unit, rubric, self.acting)

    def _slip_of_opening(self, data: JSON) -> None:
        kind, unit = next(iter(data["rubrics"])), data["units"][0]
        closed = {"opens": FAR_OFF, "closes": self.script.clock.isoformat()}
        self.say("RoundOpened", "unknown-target", **data | {"rubrics": {kind: "khong-co"}})
        self.say(
            "RoundOpened", "unknown-target", **data | {"units": [unit, f"{unit}/khong-co"], "groups": None}
        )
        self.say("RoundOpened", "invalid-data", **data | {"filing": closed})
        self.say("RoundOpened", "invalid-data", **data | {"units": [unit, unit], "groups": None})
        council = Sender(self.acting, "council")
        self.script.say(council, "RoundOpened", self.subject, "not-permitted", **data)
        self.say("AppraisalReleased", "unknown-target")

    def name_appraisers(self) -> None:
        """An area's leaves to each appraiser; what is assigned later holds."""
        for appraiser, area in self.proposing().items():
            codes = sorted(
                {leaf["code"] for f in self.folders.values() for leaf in f.view.areas.get(area, [])}
            )
            self.say("AppraiserAssigned", leaves=codes, appraiser=appraiser)
            self.say("AppraiserAssigned", "no-change", leaves=codes, appraiser=appraiser)
        if self.appraisers:
            told = {"appraiser": self.appraisers[0]}
            self.say("AppraiserAssigned", "unknown-target", leaves=["9.9.9"], **told)
            self.say("AppraiserAssigned", "unknown-target", leaves=["1.1"], appraiser="mau/khong-co")

    def proposing(self) -> Mapping[str, str]:
        """The area of each appraiser."""
        areas = sorted({area for folder in self.folders.values() for area in folder.view.areas})
        return dict(zip(self.appraisers, areas, strict=False))

    def close(self, window: str, units: list[str] | None = None) -> None:
        """Close a window at once, by a time that has passed."""
        self.say("RoundExtended", window=window, closes=self.script.clock.isoformat(), units=units)

    def close_filing(self) -> None:
        """Filing ends, and with it the time of a unit that leaves."""
        closes = self.script.clock.isoformat()
        unreal = f"{self.year}-02-30T00:00:00+07:00"
        self.say("RoundExtended", "invalid-data", window="filing", closes=unreal)
        self.say("RoundExtended", "unknown-target", window="filing", closes=closes, units=["mau/khong-co"])
        self.say("RoundExtended", window="filing", closes=closes)
        self.say("RoundExtended", "no-change", window="filing", closes=closes)
        if self.leaves:
            self.say("RoundChanged", "invalid-data", reason="Không ghi đơn vị nào")
            self.say("RoundChanged", remove=[self.late.unit], reason="Nhầm đơn vị")
            self.say("RoundChanged", add=[self.late.unit], reason="Đưa trở lại")
            self.say("RoundChanged", remove=[self.leaves], reason="Chuyển sang đánh giá riêng")
            del self.folders[self.leaves]

    def allow(self, folder: Folder) -> None:
        """Filing goes on for one unit."""
        self.say("RoundExtended", window="filing", closes=FAR_OFF, units=[folder.unit])

    def release(self) -> None:
        """First one unit sees its points, then all do."""
        first = [self.late.unit]
        if len(self.folders) > 1:
            self.say("AppraisalReleased", units=first)
            self.say("AppraisalReleased", "no-change", units=first)
        self.say("AppraisalReleased", "unknown-target", units=["mau/khong-co"])
        self.say("AppraisalReleased")
        self.say("AppraisalReleased", "no-change")

    def document(self) -> JSON:
        """The decision that publishes it."""
        number = f"{100 + len(self.publications)}/QĐ-MAU"
        return {"kind": "decision", "number": number, "date": f"{self.year}-12-31", "issuer": self.authority}

    def publish_too_early(self) -> None:
        """Something is still open."""
        self.say("ResultsPublished", "still-open", document=self.document())

    def close_all(self) -> None:
        """Appraisal and disputes end."""
        self.say("RoundReopened", "no-change", reason="Chưa công bố")
        for window in ("appraisal", "disputes"):
            self.close(window)

    def publish(self) -> None:
        """Publish; the standings stand."""
        line = self.say("ResultsPublished", document=self.document())
        standings = self.script.ledger.standings(self.authority, self.id)
        self.publications.append(Publication(line, self.authority, self.id, standings))
        self.say("ResultsPublished", "published", document=self.document())
        self.say("RoundExtended", "published", window="filing", closes=FAR_OFF)

    def reopen(self) -> None:
        """Something is wrong after all."""
        self.say("RoundReopened", reason="Phát hiện sai sót sau công bố")
        self.say("RoundExtended", window="appraisal", closes=FAR_OFF)
