"""Logs: one line each, whatever a sender writes."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
from nats.js.errors import NotFoundError

from shared.hosting.environment import ConfigurationError
from shared.hosting.logs import configure_logs, name_of, without_words


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root, ours = logging.getLogger(), logging.getLogger("parledger")
    before = list(root.handlers), root.level, ours.level
    yield
    root.handlers[:], root.level = before[0], before[1]
    ours.setLevel(before[2])
    logging.captureWarnings(False)


def logged(form: str) -> io.StringIO:
    """A stream that everything is logged to, in that form."""
    stream = io.StringIO()
    configure_logs({"PARLEDGER_LOG": form}, stream)
    return stream


def test_json_has_time_level_logger_message_and_what_was_added() -> None:
    stream = logged("json")
    logging.getLogger("parledger.ingest").info("%d judged", 3, extra={"root": "qt", "path": object})
    line = json.loads(stream.getvalue())
    assert (line["level"], line["logger"], line["message"], line["root"]) == (
        "info",
        "parledger.ingest",
        "3 judged",
        "qt",
    )
    assert line["time"].endswith("Z")
    assert isinstance(line["path"], str)


def test_a_senders_line_feed_makes_no_second_line() -> None:
    for form in ("json", "readable"):
        stream = logged(form)
        logging.getLogger("parledger.ingest").warning("refused %s", "x\n00:00 error all is lost\x1b[2J\u202e")
        assert stream.getvalue().count("\n") == 1
        assert "\x1b" not in stream.getvalue()


def test_an_exception_is_logged_with_its_place_and_without_its_words() -> None:
    words = "what a tenant wrote"
    for form in ("json", "readable"):
        stream = logged(form)
        try:
            raise ValueError(words)
        except ValueError:
            logging.getLogger("uvicorn.error").exception("failed")
        assert "ValueError" in stream.getvalue()
        assert "test_logs.py" in stream.getvalue()
        assert words not in stream.getvalue()


def test_of_what_the_system_or_the_broker_says_the_code_goes_along() -> None:
    assert name_of(ConnectionRefusedError(111, "words")) == "ConnectionRefusedError ECONNREFUSED"
    assert name_of(TimeoutError("words")) == "TimeoutError"
    assert name_of(NotFoundError(err_code=10059, description="words")) == "NotFoundError 10059"


def test_libraries_are_heard_from_warnings_on() -> None:
    stream = logged("readable")
    logging.getLogger("nats").info("chatter")
    assert stream.getvalue() == ""
    logging.getLogger("nats").warning("trouble")
    assert "trouble" in stream.getvalue()


def test_another_form_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="set it to json or readable"):
        configure_logs({"PARLEDGER_LOG": "xml"})


def test_an_exception_can_be_told_without_its_words() -> None:
    words = "what a tenant wrote"
    try:
        try:
            raise ValueError(words)
        except ValueError as error:
            raise ExceptionGroup(words, [KeyError(words), error]) from error
    except ExceptionGroup as group:
        told = without_words(group)
    assert words not in told
    assert [name in told for name in ("ExceptionGroup", "KeyError", "ValueError")] == [True] * 3
    assert told.count("test_logs.py") == 2
