"""The metrics arrive, under their names, with their attributes and units."""

from collections.abc import Awaitable, Callable

import pytest

from deploy.local.stack import Servers, Stack
from tests.integration.telemetry.collector import Collector
from tests.integration.telemetry.test_trace import emission, emit
from tests.patience import PATIENCE

AddRoot = Callable[[Servers], Awaitable[str]]


@pytest.fixture(scope="module")
async def root(told_stack: Stack) -> str:
    """A root with two events, one duplicate and two refusals."""
    root = "measured"
    await told_stack.add_root(root)
    first = emission(root, root)
    for sent in (
        first,
        first,
        emission("elsewhere", root),
        emission(root, root),
        emission(root, f"{root}/a"),
    ):
        await emit(told_stack, root, sent)
    return root


async def test_emissions_are_counted_by_outcome(told_stack: Stack, collector: Collector, root: str) -> None:
    def counted() -> dict[tuple[str, str], float]:
        return {
            (p.said["parledger.status"], p.said.get("parledger.problem", "")): p.value
            for p in collector.points("parledger.emissions", parledger_root=root)
        }

    expected = {
        ("recorded", ""): 2,
        ("duplicate", ""): 1,
        ("refused", "wrong-source"): 1,
        ("refused", "no-change"): 1,
    }
    await collector.until(lambda: counted() == expected)
    points = collector.points("parledger.emissions", parledger_root=root)
    assert {(p.service, p.unit) for p in points} == {("parledger-appraisal", "{emission}")}


@pytest.mark.parametrize(
    ("name", "service", "unit", "count"),
    [
        ("parledger.batch.size", "parledger-appraisal", "{emission}", 5),
        ("parledger.commit.duration", "parledger-appraisal", "s", 5),
        ("parledger.relay.delay", "parledger-relay", "s", 2),
        ("parledger.projection.delay", "parledger-scoring", "s", 2),
    ],
)
async def test_what_is_spread_arrives(
    told_stack: Stack, collector: Collector, root: str, name: str, service: str, unit: str, count: int
) -> None:
    def arrived() -> list[object]:
        return [p for p in collector.points(name, parledger_root=root) if p.count == count]

    (point,) = await collector.until(arrived)
    assert (point.service, point.unit) == (service, unit)
    assert 0 < point.value < PATIENCE


@pytest.mark.parametrize(
    ("name", "service"),
    [("parledger.relay", "parledger-relay"), ("parledger.projection", "parledger-scoring")],
)
async def test_lag_is_told_in_events_and_in_seconds(
    told_stack: Stack, collector: Collector, root: str, name: str, service: str
) -> None:
    (events,) = await collector.until(lambda: collector.points(f"{name}.lag", parledger_root=root))
    (seconds,) = await collector.until(lambda: collector.points(f"{name}.lag.time", parledger_root=root))
    assert (events.service, events.unit, seconds.unit) == (service, "{event}", "s")
    assert events.value in (0, 1, 2)
    assert 0 <= seconds.value < PATIENCE
