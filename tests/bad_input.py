"""Bad input, and what it gets: rows that a test without servers and one over NATS both drive.

Each is refused in the world of `tests.small_world`, whatever was refused or recorded before.
"""

from dataclasses import dataclass
from typing import Any

from tests.small_world import JSON, OPEN, Message, Place, leaf, round_of, rubric_with, written


@dataclass(frozen=True)
class Bad(Message):
    """A message that is refused with `problem`, at `pointer`."""

    problem: str
    pointer: str


def rows(root: str) -> list[Bad]:
    """Every row, in an order that does not matter."""
    place = Place(root)
    return [
        *_no_envelope(place),
        *_wrong_envelope(place),
        *_invalid_data(place),
        *_bad_text(place),
        *_against_rubric(place),
        *_unknown_targets(place),
        *_not_permitted(place),
        *_bad_rubrics(place),
        *_bad_rounds(place),
    ]


def _filed(place: Place, name: str, problem: str, pointer: str, data: object, **attributes: Any) -> Bad:
    """District a files, as a head."""
    envelope = place.district(name, "SubmissionFiled", data, **attributes)
    return _bad(place, written(envelope), name, problem, pointer)


def _bad(
    place: Place,
    raw: bytes,
    name: str,
    problem: str,
    pointer: str,
    *,
    tenant: str = "a",
    role: str = "head",
    type_: str = "SubmissionFiled",
    usable: bool = True,
) -> Bad:
    path = f"{place.root}/{tenant}" if tenant else place.root
    return Bad(name, path, (role,), type_, raw, place.id_of(name) if usable else None, problem, pointer)


def _no_envelope(place: Place) -> list[Bad]:
    """What is no JSON, to its last byte; nobody can be answered by an id."""
    sound = written(place.district("no JSON", "SubmissionFiled", {"leaf": "1.1", "self_points": "1"}))
    spoilt = {
        "no JSON": b"this is no JSON",
        "nothing": b"",
        "half of it": sound[: len(sound) // 2],
        "NaN as a number": sound.replace(b'"1"', b"NaN"),
        "two documents": sound + sound,
        "a byte order mark": b"\xef\xbb\xbf" + sound,
        "UTF-16": sound.decode().encode("utf-16"),
        "depth": b'{"data":' + b"[" * (25_000) + b"]" * (25_000) + b"}",
        "a raw NUL": sound.replace(b'"1.1"', b'"\x001.1"'),
    }
    return [
        *(_bad(place, raw, name, "malformed", "", usable=False) for name, raw in spoilt.items()),
        _bad(place, b"[]", "a list", "malformed", "", usable=False),
    ]


DATA = {"leaf": "1.1", "self_points": "1"}


def _without(place: Place, name: str, attribute: str, *, usable: bool = True) -> Bad:
    """A sound envelope without an attribute."""
    envelope = place.district(name, "SubmissionFiled", DATA)
    raw = written({key: value for key, value in envelope.items() if key != attribute})
    return _bad(place, raw, name, "malformed", f"/{attribute}", usable=usable)


def _changed(
    place: Place,
    name: str,
    problem: str,
    pointer: str,
    attributes: JSON,
    *,
    sent_as: str = "SubmissionFiled",
    usable: bool = True,
) -> Bad:
    """A sound envelope but for these attributes."""
    raw = written(place.district(name, "SubmissionFiled", DATA) | attributes)
    return _bad(place, raw, name, problem, pointer, type_=sent_as, usable=usable)


def _wrong_envelope(place: Place) -> list[Bad]:
    upper = place.id_of("id in upper case").upper()
    malformed = [
        ("old version", "specversion", "0.3"),
        ("no offset", "time", "2023-12-05T08:30:00"),
        ("no such day", "time", "2023-02-30T08:30:00Z"),
        ("no subject's form", "subject", "qt/A@2023"),
    ]
    return [
        _without(place, "no id", "id", usable=False),
        *(
            _changed(place, name, "malformed", "/id", {"id": id_}, usable=False)
            for name, id_ in (("id no UUID", "4711"), ("id in upper case", upper), ("id a number", 4711))
        ),
        _without(place, "no data", "data"),
        _without(place, "no subject", "subject"),
        *(
            _changed(place, name, "malformed", f"/{attribute}", {attribute: value})
            for name, attribute, value in malformed
        ),
        _changed(place, "wrong source", "wrong-source", "/source", {"source": f"{place.root}/b"}),
        _changed(place, "source of no path", "wrong-source", "/source", {"source": "urn:qt:a"}),
        _changed(place, "70 KiB", "too-large", "", {"data": {**DATA, "note": "a" * 70 * 1024}}),
        *_wrong_type(place),
    ]


def _wrong_type(place: Place) -> list[Bad]:
    fault = ("unknown-type", "/type")
    nul = "Submission\x00Filed"
    return [
        _changed(place, "unknown type", *fault, {"type": "DossierEaten"}, sent_as="DossierEaten"),
        _changed(place, "type with a NUL", *fault, {"type": nul}, sent_as="Unknown"),
        _changed(place, "sent under another type", *fault, {}, sent_as="LeafAssigned"),
        _changed(place, "sent past its judge", *fault, {}, sent_as="ScoreAppraised"),
    ]


def _invalid_data(place: Place) -> list[Bad]:
    points = {
        "negative points": "-1",
        "points of 1e400": "1e400",
        "points of NaN": "NaN",
        "points with an underscore": "1_000",
        "points in Arabic digits": "١٢",
        "points with 40 decimals": "0." + "1" * 40,
        "points with a comma": "0,5",
        "points as a number": 1,
    }
    fine = {"leaf": "1.1", "self_points": "1"}

    def row(name: str, pointer: str, data: object, **attributes: Any) -> Bad:
        return _filed(place, name, "invalid-data", pointer, data, **attributes)

    endless = place.district("a number of 1e400", "SubmissionFiled", {"leaf": "1.1", "self_points": "?"})
    return [
        *(
            row(name, "/data/self_points", {"leaf": "1.1", "self_points": text})
            for name, text in points.items()
        ),
        _bad(
            place,
            written(endless).replace(b'"?"', b"1e400"),
            "a number of 1e400",
            "invalid-data",
            "/data/self_points",
        ),
        row("unknown field", "/data/nope", {**fine, "nope": 1}),
        row("an endless field", "/data/" + "a" * 79 + "…", {**fine, "a" * 60_000: 1}),
        row("missing field", "/data/self_points", {"leaf": "1.1"}),
        row("data a list", "/data", []),
        row("data null", "/data", None),
        row("unknown shape", "/dataschema", fine, dataschema="SubmissionFiled/9"),
        row("figures too large", "/data/figures/numerator", {**fine, "figures": {"numerator": 10**16}}),
        row("a commitment for a text", "/data/note", {**fine, "note": {"sha256": "a" * 64}}),
        row("round left out", "/subject", fine, subject=f"{place.root}/a"),
    ]


def _bad_text(place: Place) -> list[Bad]:
    notes = {
        "a NUL in a text": "a\x00b",
        "a mark of direction in a text": "tăng \u202e5.0",
        "a tab in a text": "a\tb",
        "text that is not composed": "Đo\u0302ng Ha\u0300",
        "4,001 characters": "ă" * 4001,
        "a blank text": "  ",
    }
    fine = {"leaf": "1.1", "self_points": "1"}
    return [
        _filed(place, name, "invalid-data", "/data/note", {**fine, "note": note})
        for name, note in notes.items()
    ]


def _against_rubric(place: Place) -> list[Bad]:
    def row(name: str, pointer: str, points: str, figures: JSON | None = None) -> Bad:
        data = {"leaf": "1.1", "self_points": points, **({"figures": figures} if figures else {})}
        return _filed(place, name, "against-rubric", pointer, data)

    unsupported = {"leaf": "1.1", "points": "1", "figures": {"numerator": 1, "denominator": 2}}
    reason = place.council("points without support", "ScoreAppraised", unsupported)
    return [
        row("points above the maximum", "/data/self_points", "3.001"),
        row("figures of 5/0", "/data/figures/denominator", "1", {"numerator": 5, "denominator": 0}),
        row("figures of 7/3", "/data/figures/numerator", "1", {"numerator": 7, "denominator": 3}),
        row("figures of another rule", "/data/figures", "1", {"count": 1}),
        _bad(
            place,
            written(reason),
            "points without support",
            "reason-needed",
            "/data/reason",
            tenant="",
            role="council",
            type_="ScoreAppraised",
        ),
        _filed(
            place,
            "after the window",
            "window-closed",
            "/data/leaf",
            {"leaf": "1.1", "self_points": "1"},
            subject=f"{place.root}/a@2022",
        ),
    ]


def _unknown_targets(place: Place) -> list[Bad]:
    root = place.root

    def council(name: str, pointer: str, type_: str, data: object, role: str = "council", **more: Any) -> Bad:
        raw = written(place.council(name, type_, data, **more))
        return _bad(place, raw, name, "unknown-target", pointer, tenant="", role=role, type_=type_)

    fine = {"leaf": "1.1", "self_points": "1"}
    score = {"leaf": "1.1", "points": "1"}
    nowhere = round_of([f"{root}/nowhere"], "district", round="2024")
    rubricless = round_of([f"{root}/a"], "district", round="2024", rubrics={"district": "none"})
    subject = f"{root}@2024"
    lost = place.envelope(
        "own unit unknown", f"{root}/nowhere", "SubmissionFiled", f"{root}/nowhere@2023", fine
    )
    return [
        _filed(place, "unknown leaf", "unknown-target", "/data/leaf", {**fine, "leaf": "9.9"}),
        _filed(place, "unknown round", "unknown-target", "/subject", fine, subject=f"{root}/a@1999"),
        _bad(place, written(lost), "own unit unknown", "unknown-target", "/subject", tenant="nowhere"),
        council("unknown unit", "/subject", "ScoreAppraised", score, subject=f"{root}/nowhere@2023"),
        council("unknown penalty", "/data/penalty", "PenaltyLifted", {"penalty": "p9", "reason": "x"}),
        council("unit of a round unknown", "/data/units/0", "RoundOpened", nowhere, "chair", subject=subject),
        council(
            "unknown rubric", "/data/rubrics/district", "RoundOpened", rubricless, "chair", subject=subject
        ),
    ]


def _not_permitted(place: Place) -> list[Bad]:
    root = place.root
    score = {"leaf": "1.1", "points": "1"}

    def row(name: str, tenant: str, role: str, type_: str, subject: str, data: object, pointer: str) -> Bad:
        raw = written(place.envelope(name, f"{root}/{tenant}", type_, f"{root}{subject}", data))
        return _bad(place, raw, name, "not-permitted", pointer, tenant=tenant, role=role, type_=type_)

    return [
        row(
            "a commune appraises its district",
            "a/x",
            "council",
            "ScoreAppraised",
            "/a@2023",
            score,
            "/subject",
        ),
        row(
            "a district appraises a sibling's commune",
            "a",
            "council",
            "ScoreAppraised",
            "/b/x@2023",
            score,
            "/subject",
        ),
        row("a district appraises itself", "a", "council", "ScoreAppraised", "/a@2023", score, "/subject"),
        row("a filer submits", "a", "filer", "DossierSubmitted", "/a@2023", {}, "/type"),
        row(
            "a viewer files",
            "a",
            "viewer",
            "SubmissionFiled",
            "/a@2023",
            {"leaf": "1.1", "self_points": "1"},
            "/type",
        ),
        row("another root's dossier", "a", "council", "ScoreAppraised", "x/a@2023", score, "/subject"),
    ]


def _bad_rubrics(place: Place) -> list[Bad]:
    at = "/data/rubric/areas/0/criteria"
    spoilt = {
        "a circle in needs": (
            rubric_with(leaf("1.1", "1", needs=["1.2"]), leaf("1.2", "1", needs=["1.1"])),
            f"{at}/0/needs",
        ),
        "4 decimals in a maximum": (rubric_with(leaf("1.1", "1.2345")), f"{at}/0/max"),
        "3 decimals where the scale is 2": (rubric_with(leaf("1.1", "1.234")), f"{at}/0/max"),
        "two equal codes": (rubric_with(leaf("1.1", "1"), leaf("1.1", "1")), f"{at}/1/code"),
        "an unknown rule": (rubric_with(leaf("1.1", "1", {"kind": "magic"})), f"{at}/0/rule/kind"),
        "hundreds of faults": (
            rubric_with(*(leaf(f"1.{n % 50}", "0", needs=["8", "9"]) for n in range(200))),
            f"{at}/50/code",
        ),
    }

    def row(name: str, made: JSON, pointer: str) -> Bad:
        envelope = place.envelope(name, place.root, "RubricPublished", place.root, {"rubric": made})
        return _bad(
            place,
            written(envelope),
            name,
            "invalid-data",
            pointer,
            tenant="",
            role="chair",
            type_="RubricPublished",
        )

    return [row(name, made, pointer) for name, (made, pointer) in spoilt.items()]


def _bad_rounds(place: Place) -> list[Bad]:
    root = place.root
    backwards = {"opens": OPEN["closes"], "closes": OPEN["opens"]}
    spoilt = {
        "a window that closes before it opens": ({"filing": backwards}, "/data/filing/closes"),
        "a unit twice": ({"units": [f"{root}/a", f"{root}/a"]}, "/data/units/1"),
    }

    def row(name: str, changed: JSON, pointer: str) -> Bad:
        data = round_of([f"{root}/a"], "district", round="2024") | changed
        envelope = place.envelope(name, root, "RoundOpened", f"{root}@2024", data)
        return _bad(
            place,
            written(envelope),
            name,
            "invalid-data",
            pointer,
            tenant="",
            role="chair",
            type_="RoundOpened",
        )

    return [row(name, changed, pointer) for name, (changed, pointer) in spoilt.items()]
