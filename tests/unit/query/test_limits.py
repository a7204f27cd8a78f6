"""How large a query is."""

import time

import pytest
from graphql import parse

from services.query.limits import Measure, measure


@pytest.mark.parametrize(
    ("query", "size"),
    [
        ("{ me { tenant } }", Measure(2, 0)),
        ("{ a: me { b: tenant } }", Measure(2, 2)),
        ("{ ... on Query { me { ... { tenant } } } }", Measure(2, 0)),
        ("{ me { ...f } } fragment f on Viewer { x: tenant }", Measure(2, 1)),
        ("{ a: me { ...f } b: me { ...f } } fragment f on Viewer { x: tenant y: actor }", Measure(2, 6)),
        ("query a { me { tenant } } query b { x: unit { y: z { w } } }", Measure(3, 2)),
        ("{ __schema { types { fields { type { name } } } } me { tenant } }", Measure(2, 0)),
        ("{ s: __schema { t: types { name } } }", Measure(0, 2)),
        ("{ ...f } fragment f on Query { me { tenant } ...f }", Measure(2, 0)),
        ("{ ...a } fragment a on Query { ...b x: me } fragment b on Query { ...a }", Measure(1, 1)),
        ("{ ...nobody }", Measure(0, 0)),
        ("fragment f on Viewer { tenant }", Measure(0, 0)),
    ],
)
def test_fields_within_fields_and_aliases_are_counted_with_fragments_written_out(
    query: str, size: Measure
) -> None:
    assert measure(parse(query)) == size


def test_a_fragment_is_measured_once() -> None:
    chain = " ".join(f"fragment f{n} on V {{ ...f{n + 1} ...f{n + 1} }}" for n in range(200))
    started = time.process_time()
    size = measure(parse(f"{{ ...f0 }} {chain} fragment f200 on V {{ x: tenant }}"))
    assert size == Measure(1, 2**200)
    assert time.process_time() - started < 1
