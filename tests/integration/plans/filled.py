"""A database with several roots, one of them large, in which everything has happened."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from deploy.local.keys import SUPERUSER
from deploy.local.stack import Servers, running_servers
from services.scoring import rebuild
from tests.conftest import a_data_folder
from tests.province import OPEN, Province, province_on
from tests.year import YEAR_RUBRIC, Year

LARGE = "lon"
_SMALL = ("nho-1", "nho-2", "nho-3")
_COMMUNES = 60
_FILINGS = 1_200
_REFUSED = 120
_BATCH = 400


@asynccontextmanager
async def filled_servers() -> AsyncIterator[Servers]:
    """Servers with it. Nothing was analysed, nor is it unless somebody asks for it."""
    with a_data_folder() as folder:
        async with running_servers(folder) as servers:
            superuser = await asyncpg.connect(servers.dsn(SUPERUSER))
            await superuser.execute("ALTER SYSTEM SET autovacuum = off")
            await superuser.execute("SELECT pg_reload_conf()")
            for root in (LARGE, *_SMALL):
                await superuser.execute("SELECT ledger.prepare_root($1)", root)
            await superuser.close()
            for root in _SMALL:
                async with province_on(servers, root) as small:
                    await small.open()
            async with province_on(servers, LARGE, YEAR_RUBRIC) as large:
                await _fill(large)
            appraisal = await asyncpg.connect(servers.dsn("parledger_appraisal"))
            await _erase(appraisal)
            await appraisal.close()
            for root in (LARGE, *_SMALL):
                await rebuild.run(servers.dsn("parledger_scoring"), root, lambda *_: None)
            yield servers


async def _fill(large: Province) -> None:
    """A district with many filings, and another that has lived through a year."""
    await large.open()
    district = f"{LARGE}/dong"
    communes = [f"{district}/x{n}" for n in range(_COMMUNES)]
    rubric = {**YEAR_RUBRIC, "id": "bo-dong"}
    opened = {
        "round": "2023",
        "name": "Năm 2023",
        "kind": "annual",
        "period": {"from": "2023-01-01", "to": "2023-12-31"},
        "rubrics": {"commune": rubric["id"]},
        "units": communes,
        **dict.fromkeys(("filing", "appraisal", "disputes"), OPEN),
    }
    await _emit(
        large,
        [
            _registered(district, "district"),
            *(_registered(commune, "commune") for commune in communes),
            ("RubricPublished", district, district, {"rubric": rubric}),
            ("RoundOpened", district, f"{district}@2023", opened),
        ],
    )
    await _emit(large, [_filing(communes[n % _COMMUNES], n // _COMMUNES) for n in range(_FILINGS)])
    refused = await large.emit(*(_malformed(large, communes[n % 3], n) for n in range(_REFUSED)))
    assert {outcome["status"] for outcome in refused if outcome} == {"refused"}
    await Year(large).play()


async def _erase(appraisal: asyncpg.Connection) -> None:
    council = Province(LARGE, appraisal, numbers=iter(range(10**9, 2 * 10**9)))
    position = await appraisal.fetchval(
        "SELECT position FROM ledger.event WHERE root = $1 AND name = 'PenaltyApplied' LIMIT 1", LARGE
    )
    said = {"position": position, "fields": ["reason"], "basis": "Luật 91/2025/QH15", "reason": "nhầm"}
    await council.say("TextErased", f"{LARGE}/huyen", f"{LARGE}/huyen/xa-1@2023", **said)


def _registered(path: str, kind: str) -> tuple[str, str, str, dict[str, Any]]:
    said = {"unit": path, "name": path, "kind": kind, "effective": "2020-01-01"}
    return "UnitRegistered", LARGE, path, said


def _filing(commune: str, turn: int) -> tuple[str, str, str, dict[str, Any]]:
    leaf, figures = [("1.1", {"numerator": turn, "denominator": 97}), ("2.1", {"count": turn % 5})][turn % 2]
    said = {"leaf": leaf, "self_points": f"1.{turn:02d}1", "figures": figures, "note": f"lần {turn}"}
    return "SubmissionFiled", commune, f"{commune}@2023", said


def _malformed(large: Province, commune: str, number: int) -> dict[str, Any]:
    said = {"leaf": "9.9", "self_points": "1", "figures": {"count": number}}
    return large.envelope("SubmissionFiled", commune, f"{commune}@2023", said)


async def _emit(province: Province, said: list[tuple[str, str, str, dict[str, Any]]]) -> None:
    for start in range(0, len(said), _BATCH):
        envelopes = [province.envelope(*one) for one in said[start : start + _BATCH]]
        outcomes = await province.emit(*envelopes)
        faults = [outcome for outcome in outcomes if outcome is None or outcome["status"] != "recorded"]
        assert not faults, json.dumps(faults[0])
