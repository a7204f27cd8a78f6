"""Data without what no row of the read model tells."""

from shared.codec.shapes import Data, EvidenceAttached, SubmissionFiled, decode_data
from shared.codec.shapes.base import Commitment
from shared.codec.shapes.lean import UNTOLD, make_lean

HASH = "ab" * 32


def filed(note: str = "") -> SubmissionFiled:
    said = f'{{"leaf":"3.12.3","self_points":"0.53"{note}}}'
    data = decode_data("SubmissionFiled", 1, said.encode())
    assert isinstance(data, SubmissionFiled)
    return data


def test_what_is_said_of_texts_goes_and_that_one_was_said_stays() -> None:
    with_note, without = filed(f',"note":{{"sha256":"{HASH}"}}'), filed()
    assert with_note.note == Commitment(HASH)
    make_lean(with_note, {})
    make_lean(without, {})
    assert (with_note.note, without.note) == (UNTOLD, None)
    assert (with_note.leaf, with_note.self_points) == ("3.12.3", "0.53")


def test_the_same_said_twice_is_kept_once() -> None:
    said = (
        f'{{"evidence":"e1","leaf":"3.12.3","sha256":"{HASH}","name":{{"sha256":"{HASH}"}},"size":4,'
        '"media_type":"application/pdf","issuer":"UBND tỉnh"}'
    )
    one, other = [decode_data("EvidenceAttached", 1, said.encode()) for _ in range(2)]
    assert isinstance(one, EvidenceAttached)
    assert isinstance(other, EvidenceAttached)
    assert one.issuer is not other.issuer
    make_lean(one, {})
    make_lean(other, {})
    assert one.issuer is other.issuer
    assert one.media_type is other.media_type
    assert (one.number, one.title) == (None, None)


def test_points_that_were_given_before_are_the_same_data() -> None:
    def appraised(points: str, opinion: str, figures: str = "") -> Data:
        said = f'{{"leaf":"1.1","points":"{points}","opinion":{{"sha256":"{opinion * 64}"}}{figures}}}'
        return decode_data("ScoreAppraised", 1, said.encode())

    said: dict[Data, Data] = {}
    first = make_lean(appraised("0.5", "a"), said)
    assert make_lean(appraised("0.5", "b"), said) is first
    assert make_lean(appraised("0.25", "a"), said) is not first
    with_figures = make_lean(appraised("0.5", "a", ',"figures":{"count":"3"}'), said)
    assert with_figures is not first
    assert with_figures == make_lean(appraised("0.5", "c", ',"figures":{"count":"3"}'), said)
