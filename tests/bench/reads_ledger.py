"""What `standings` and `dossier` read.

A round of 185 units, published, and one dossier with evidence on each leaf.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

from deploy.local.stack import Servers
from services.scoring import rebuild
from shared.ledger.evidence import note_put
from tests.province import Province, province_on

UNITS = 185
LEAVES = 80
PIECES = 3
"""So many pieces of evidence are on each leaf of the first unit's dossier."""
ROUND = "2023"
_BATCH = 500
_OPEN = {"opens": "2020-01-01T00:00:00Z", "closes": "2090-01-01T00:00:00Z"}


def units(root: str) -> list[str]:
    """Their paths."""
    return [f"{root}/s{n:03d}" for n in range(1, UNITS + 1)]


async def fill(servers: Servers, root: str) -> None:
    """Record it all, close and publish the round, and bring the read model up to it."""
    await servers.add_root(root)
    async with province_on(servers, root) as province:
        await _emit(province, _founding(root))
        for unit in units(root):
            await _emit(province, _filed(unit))
        await _prove(province, units(root)[0])
        await _emit(province, _ending(root))
    await rebuild.run(servers.dsn("parledger_scoring"), root, lambda *_: None)


_Said = tuple[str, str, str, dict[str, Any]]


async def _emit(province: Province, said: Sequence[_Said]) -> None:
    for start in range(0, len(said), _BATCH):
        some = said[start : start + _BATCH]
        outcomes = await province.emit(*(province.envelope(*one) for one in some))
        refused = [outcome for outcome in outcomes if outcome is None or outcome["status"] != "recorded"]
        assert not refused, refused[:3]


def _codes() -> Iterator[tuple[str, int]]:
    """The leaves' codes and their numbers, eight areas of ten."""
    for n in range(LEAVES):
        yield f"{n // 10 + 1}.{n % 10 + 1}", n


def _rubric() -> dict[str, Any]:
    areas = [
        {
            "code": str(area),
            "name": f"Lĩnh vực {area}",
            "criteria": [
                {"code": code, "name": f"Tiêu chí thành phần {code}", "max": "1.25", "rule": {"kind": "rate"}}
                for code, _ in _codes()
                if code.startswith(f"{area}.")
            ],
        }
        for area in range(1, LEAVES // 10 + 1)
    ]
    grades = [{"name": "Tốt", "from": "80"}, {"name": "Khá", "from": "50"}, {"name": "Yếu", "from": "0"}]
    rounded = {"scale": 2, "rounding": "half_up"}
    return {
        "id": "so-2023",
        "name": "Bộ chỉ số cấp sở",
        "points": rounded,
        "index": rounded,
        "grades": grades,
        "areas": areas,
    }


def _founding(root: str) -> list[_Said]:
    def registered(path: str, kind: str, name: str) -> _Said:
        return (
            "UnitRegistered",
            root,
            path,
            {"unit": path, "name": name, "kind": kind, "effective": "2020-01-01"},
        )

    opened = {
        "round": ROUND,
        "name": f"Năm {ROUND}",
        "kind": "annual",
        "period": {"from": "2023-01-01", "to": "2023-12-31"},
        "rubrics": {"department": _rubric()["id"]},
        "units": units(root),
        **dict.fromkeys(("filing", "appraisal", "disputes"), _OPEN),
    }
    return [
        registered(root, "province", "Tỉnh"),
        *(registered(unit, "department", f"Sở số {n}") for n, unit in enumerate(units(root))),
        ("RubricPublished", root, root, {"rubric": _rubric()}),
        ("RoundOpened", root, f"{root}@{ROUND}", opened),
    ]


def _filed(unit: str) -> list[_Said]:
    """Every leaf claimed with figures, and appraised with the council's and an opinion."""
    said = list[_Said]()
    subject, number = f"{unit}@{ROUND}", int(unit[-3:])
    authority = unit.rpartition("/")[0]
    for code, n in _codes():
        done = 400 + (number * 7 + n * 13) % 500
        own = {"numerator": done + 20, "denominator": 1000}
        said.append(("SubmissionFiled", unit, subject, {"leaf": code, "self_points": "1.1", "figures": own}))
        given = {"leaf": code, "points": f"{1.25 * done / 1000:.2f}", "figures": {**own, "numerator": done}}
        opinion = f"Theo số liệu thẩm định, tiêu chí {code} đạt {done / 10} %"
        said.append(("ScoreAppraised", authority, subject, {**given, "opinion": opinion}))
    return said


async def _prove(province: Province, unit: str) -> None:
    said = list[_Said]()
    for code, n in _codes():
        for piece in range(PIECES):
            hash_ = sha256(f"{unit} {code} {piece}".encode()).hexdigest()
            size = 10_000 + n
            assert await note_put(province.connection, unit, hash_, size, 10**12) == "stored"
            evidence = {
                "evidence": f"e{n}-{piece}",
                "leaf": code,
                "sha256": hash_,
                "size": size,
                "name": f"báo cáo {code} số {piece}.pdf",
                "title": f"Báo cáo về tiêu chí {code}, phần {piece}",
                "media_type": "application/pdf",
                "number": f"{n}/BC-UBND",
                "dated": "2023-12-10",
            }
            said.append(("EvidenceAttached", unit, f"{unit}@{ROUND}", evidence))
    await _emit(province, said)


def _ending(root: str) -> list[_Said]:
    round_ = f"{root}@{ROUND}"
    closes = "2023-12-31T00:00:00Z"
    document = {"kind": "decision", "number": "12/QĐ", "date": "2024-01-20", "issuer": "UBND"}
    return [
        ("AppraisalReleased", root, round_, {}),
        *(
            ("RoundExtended", root, round_, {"window": window, "closes": closes})
            for window in ("filing", "appraisal", "disputes")
        ),
        ("ResultsPublished", root, round_, {"document": document}),
    ]
