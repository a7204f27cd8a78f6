"""What can keep the client from an outcome. A refusal is no error: it is an outcome.

EmitError
├── Unauthorized        the token cannot be read, was rejected, or has expired
├── Unavailable         the broker cannot be reached
├── NotPermitted        the broker lets this token publish nothing there
├── RootNotPrepared     the root has no feed yet
├── TooLargeForTheFeed  more bytes than the feed takes; nobody judged it
├── NoOutcome           no outcome within the patience that was asked for
├── IdInDoubt           the id was sent with other content, and nobody knows yet what came of that
├── JournalUnusable     the journal is another's, in use, damaged, or cannot be written
└── Closed              the client was closed before the outcome came
"""


class EmitError(Exception):
    """An emission got no outcome. Its message says what to do."""


class Unauthorized(EmitError):
    """The token cannot be read, was rejected, or has expired."""


class Unavailable(EmitError):
    """The broker cannot be reached."""


class NotPermitted(EmitError):
    """The broker lets this token publish nothing on that subject."""


class RootNotPrepared(EmitError):
    """The root has no feed yet."""


class TooLargeForTheFeed(EmitError):
    """The emission has more bytes than the feed takes, so nobody judged it."""


class NoOutcome(EmitError):
    """No outcome came in time. The emission may yet be recorded: ask again with the same id."""


class IdInDoubt(EmitError):
    """The id was sent with other content, given up, and may yet be answered: the answers look the same."""


class JournalUnusable(EmitError):
    """The journal is another's, in use, damaged, or cannot be written."""


class Closed(EmitError):
    """The client was closed before the outcome came.

    The emission may yet be recorded: ask with the same id.
    """
