"""What may be wrong in the end, one thing at a time: the checker must see each of them."""

import json
from collections.abc import Callable
from dataclasses import replace

from tests.chaos.books import Books
from tests.chaos.storm import Said, Storm

Damage = Callable[[Storm, Books], Books]
"""Spoils what was said and heard, or the books, in place or by answering others."""


def an_event_is_lost(_storm: Storm, books: Books) -> Books:
    """The last one, the head with it."""
    return replace(books, events=books.events[:-1], head=books.head - 1)


def an_event_stands_twice(_storm: Storm, books: Books) -> Books:
    """At another position."""
    twice = {**books.events[-1], "position": books.head + 1}
    return replace(books, events=[*books.events, twice], head=books.head + 1)


def two_events_changed_places(_storm: Storm, books: Books) -> Books:
    """Each with all that is its own, but its position."""
    one, other = books.events[40], books.events[41]
    books.events[40:42] = [{**other, "position": 41}, {**one, "position": 42}]
    return books


def a_body_is_another(_storm: Storm, books: Books) -> Books:
    """One byte of it."""
    books.events[7]["body"] = books.events[7]["body"].replace(b"2023", b"2024", 1)
    return books


def a_text_is_missing(_storm: Storm, books: Books) -> Books:
    """Of an event that commits to it."""
    return replace(books, texts=books.texts[1:])


def a_refusal_is_missing(_storm: Storm, books: Books) -> Books:
    """Though it was answered."""
    return replace(books, refusals=books.refusals[1:])


def the_feed_ends_early(_storm: Storm, books: Books) -> Books:
    """By one event."""
    return replace(books, feed=books.feed[:-1])


def the_feed_tells_twice(_storm: Storm, books: Books) -> Books:
    """The same event."""
    return replace(books, feed=[*books.feed[:9], *books.feed[8:]])


def the_public_log_ends_early(_storm: Storm, books: Books) -> Books:
    """By one position, at the head of it."""
    return replace(books, checkpoint=books.checkpoint.replace(f"\n{books.head}\n", f"\n{books.head - 1}\n"))


def a_tile_of_the_public_log_holds_another_leaf(_storm: Storm, books: Books) -> Books:
    """The first."""
    return replace(books, logged=bytes(32) + books.logged[32:])


def the_public_log_is_of_another_tree(_storm: Storm, books: Books) -> Books:
    """Of the same size."""
    lines = books.checkpoint.split("\n")
    lines[2] = f"{'A' * 43}="
    return replace(books, checkpoint="\n".join(lines))


def the_feed_is_out_of_order(_storm: Storm, books: Books) -> Books:
    """At one place."""
    books.feed[3], books.feed[4] = books.feed[4], books.feed[3]
    return books


def the_feed_says_otherwise(_storm: Storm, books: Books) -> Books:
    """About one event's data."""
    books.feed[-1]["data"] = {}
    return books


def the_read_model_is_behind(_storm: Storm, books: Books) -> Books:
    """A dossier's index is not what a fresh fold gives."""
    books.read_model["dossier"][0]["index"] += 10_000
    return books


def a_leaf_is_missing(_storm: Storm, books: Books) -> Books:
    """From the read model."""
    books.read_model["leaf"].pop()
    return books


def the_index_is_another_in_both(_storm: Storm, books: Books) -> Books:
    """As if an event had been folded that nobody accepted elsewhere."""
    key = (books.read_model["dossier"][0]["unit"], books.read_model["dossier"][0]["round"])
    for dump in (books.read_model, books.rebuilt):
        dump["dossier"][0]["index"] = 1_000_000
    books.served[key] = "1"
    return books


def graphql_says_otherwise(_storm: Storm, books: Books) -> Books:
    """About one index."""
    books.served[next(iter(books.served))] = "0.01"
    return books


def an_old_checkpoint_was_of_another_tree(storm: Storm, books: Books) -> Books:
    """One that was seen on the way."""
    seen = storm.checkpoints[books.root]
    lines = seen[0].split("\n")
    lines[2] = f"{'A' * 43}="
    seen[0] = "\n".join(lines)
    return books


def the_public_log_shrank_on_the_way(storm: Storm, books: Books) -> Books:
    """It showed more, and then less."""
    seen = storm.checkpoints[books.root]
    seen.insert(0, seen[-1])
    return books


def the_public_log_once_showed_more(storm: Storm, books: Books) -> Books:
    """Than there is in the end."""
    seen = storm.checkpoints[books.root]
    seen.append(seen[-1].replace(f"\n{books.head}\n", f"\n{books.head + 1}\n"))
    return books


def nobody_saw_a_checkpoint(storm: Storm, books: Books) -> Books:
    """So nothing was looked at."""
    storm.checkpoints[books.root] = []
    return books


def an_emission_is_left_over(_storm: Storm, books: Books) -> Books:
    """In the feed."""
    return replace(books, left=1)


def an_answer_is_missing(storm: Storm, books: Books) -> Books:
    """To one emission."""
    _of(storm, books, "recorded").outcome = b""
    return books


def somebody_heard_another_answer(storm: Storm, books: Books) -> Books:
    """To the same emission."""
    subject, outcome = next(each for each in storm.heard if each[0].split(".")[2] == books.root)
    storm.heard.append((subject, json.dumps({**json.loads(outcome), "status": "refused"}).encode()))
    return books


def a_recorded_one_was_called_refused(storm: Storm, books: Books) -> Books:
    """To its sender, and to everybody who heard it."""
    said = _of(storm, books, "recorded")
    refused = json.loads(_of(storm, books, "refused").outcome)
    said.outcome = json.dumps({**refused, "id": json.loads(said.emission.payload)["id"]}).encode()
    storm.heard.clear()
    return books


def a_position_is_another_than_was_answered(storm: Storm, books: Books) -> Books:
    """By one."""
    said = _of(storm, books, "recorded")
    outcome = json.loads(said.outcome)
    said.outcome = json.dumps({**outcome, "position": outcome["position"] + 1}).encode()
    storm.heard.clear()
    return books


def what_was_sent_first_stands_last(storm: Storm, books: Books) -> Books:
    """One voice's last emission was, by the sender's clock, its first."""
    recorded = [each for each in storm.said if each.tenant == books.root and b'"recorded"' in each.outcome]
    recorded[-1].offered, recorded[-1].answered = -2, -1
    return books


def _of(storm: Storm, books: Books, status: str) -> Said:
    """An emission of this root that was answered so, not among the first."""
    return [
        each
        for each in storm.said
        if each.tenant.partition("/")[0] == books.root and json.loads(each.outcome)["status"] == status
    ][20]


DAMAGES: tuple[Damage, ...] = (
    an_event_is_lost,
    an_event_stands_twice,
    two_events_changed_places,
    a_body_is_another,
    a_text_is_missing,
    a_refusal_is_missing,
    the_feed_ends_early,
    the_feed_tells_twice,
    the_public_log_ends_early,
    a_tile_of_the_public_log_holds_another_leaf,
    the_public_log_is_of_another_tree,
    the_feed_is_out_of_order,
    the_feed_says_otherwise,
    the_read_model_is_behind,
    a_leaf_is_missing,
    the_index_is_another_in_both,
    graphql_says_otherwise,
    an_old_checkpoint_was_of_another_tree,
    the_public_log_shrank_on_the_way,
    the_public_log_once_showed_more,
    nobody_saw_a_checkpoint,
    an_emission_is_left_over,
    an_answer_is_missing,
    somebody_heard_another_answer,
    a_recorded_one_was_called_refused,
    a_position_is_another_than_was_answered,
    what_was_sent_first_stands_last,
)
