"""What the tests of `parledger rubric` share."""

import pytest

from tests.unit.rubrics.files import Run, runner


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(capsys)
