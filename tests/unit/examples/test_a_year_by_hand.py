"""docs/mot-nam.md and docs/a-year.md: the line written out is a whole emission, the first of the page."""

import json
import re
from typing import Any

import pytest

from shared.codec.emitted import read_emitted
from shared.codec.envelope import read_envelope
from tests.unit.examples.test_a_year import DOCS, emissions

ID = "0199c0de-7f3a-7c21-9d44-0a1b2c3d4e5f"


def written_out(page: str) -> bytes:
    found = re.search(r"<<EOF\n(.*?)\nEOF\n", (DOCS / page).read_text("utf-8"), re.DOTALL)
    assert found is not None
    return re.sub(r"\$\(.*?\)\"", f'{ID}"', found[1], count=1).encode()


@pytest.mark.parametrize("page", ["a-year.md", "mot-nam.md"])
def test_the_line_that_is_written_out_is_the_first_of_the_page(page: str) -> None:
    raw = written_out(page)
    envelope = read_envelope(raw)
    read_emitted(envelope.type, 1, bytes(envelope.data))
    whole: dict[str, Any] = json.loads(raw)
    first = emissions(page)[0]
    assert (whole["id"], whole["source"], whole["time"]) == (ID, first["by"], first["at"])
    assert {key: whole[key] for key in ("type", "subject", "data")} == {
        key: first[key] for key in ("type", "subject", "data")
    }
