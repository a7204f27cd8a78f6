"""Who holds what was answered against what stands, and believes neither.

It knows what was sent and what was answered, and reads the books. What it says is a list of faults, each a
sentence; none is what everybody wants. Nothing of the services is used here: hashes, order and contents are
worked out again.
"""

from tests.chaos.books import Books
from tests.chaos.checker.answers import one_answer_each
from tests.chaos.checker.closing import nothing_after_the_close
from tests.chaos.checker.comparison import differences
from tests.chaos.checker.feed import feed
from tests.chaos.checker.ledger import (
    in_the_order_sent,
    nothing_else_stands,
    positions,
    what_was_answered_stands,
)
from tests.chaos.checker.public_log import consistent, public_log
from tests.chaos.checker.read_model import read_model, served
from tests.chaos.storm import Storm

__all__ = ["differences", "faults"]


def faults(books: Books, storm: Storm) -> list[str]:
    """What is wrong with the books of a root, by all that was said, heard and seen there."""
    mine = [each for each in storm.said if each.tenant.partition("/")[0] == books.root]
    heard = [each for each in storm.heard if each[0].split(".")[2] == books.root]
    return [
        *one_answer_each(mine, heard),
        *positions(books),
        *what_was_answered_stands(books, mine),
        *nothing_else_stands(books, mine),
        *in_the_order_sent(books, mine),
        *nothing_after_the_close(books, mine),
        *feed(books),
        *public_log(books),
        *consistent(books, storm.checkpoints.get(books.root, [])),
        *read_model(books),
        *served(books),
        *([f"{books.left} emissions are left in the feed of {books.root}"] if books.left else []),
    ]
