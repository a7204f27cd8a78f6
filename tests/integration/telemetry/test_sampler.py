"""Who decides what is traced: the sender, unless the platform is told to decide by itself."""

import os
import subprocess
import sys

from tests.integration.telemetry.collector import collecting

_TELLS = """
import os
from shared.telemetry.signals import sampled_parent
from shared.telemetry.switch import signals, telemetry

with telemetry("test", os.environ):
    told = signals()
    for number in range(1, 201):
        trace = f"{number * 0x123456789ABCDEF0FEDCBA9876543 % 2**128:032x}"
        parent = sampled_parent(f"00-{trace}-00f067aa0ba902b7-01")
        judge = told.span("judge", parent, 1, 2, {})
        told.span("outcome", judge, 1, 2, {})
"""


def told(**settings: str) -> dict[str, list[str]]:
    """The spans that were received, by trace, of two hundred traces that their senders want."""
    with collecting() as collector:
        environ = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
        environ |= {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, **settings}
        subprocess.run([sys.executable, "-c", _TELLS], env=environ, timeout=60, check=True)
        found: dict[str, list[str]] = {}
        for span in collector.spans:
            found.setdefault(span.trace, []).append(span.name)
        return found


def test_by_default_the_senders_word_counts() -> None:
    assert len(told()) == 200


def test_where_the_platform_decides_a_tenant_cannot_have_all_of_its_emissions_traced() -> None:
    told_once = told(OTEL_TRACES_SAMPLER="traceidratio", OTEL_TRACES_SAMPLER_ARG="0.1")
    assert 0 < len(told_once) < 60
    assert {tuple(sorted(names)) for names in told_once.values()} == {("judge", "outcome")}
    assert told(OTEL_TRACES_SAMPLER="traceidratio", OTEL_TRACES_SAMPLER_ARG="0.1") == told_once
    assert told(OTEL_TRACES_SAMPLER="always_off") == {}
