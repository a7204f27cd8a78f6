"""An export proves a dossier to whoever has the file and the key; whatever is changed in it is found."""

from random import Random

import asyncpg
import msgspec
import pytest

from deploy.audit.paper import print_verdict
from shared.audit.fault import AuditFault
from shared.audit.file import Content, ExportedEvent, read, write
from shared.audit.verify import verify
from shared.codec.canonical import canonical
from shared.codec.envelope import moment_of, time_text
from shared.codec.numbers import index_text
from shared.log.note import SignerKey
from tests.integration.audit.conftest import Published
from tests.province import Province
from tests.tampering import rewrite


@pytest.fixture
async def content(published: Published) -> Content:
    return await published.exported(with_texts=True)


def changed(content: Content, **changes: object) -> bytes:
    """The file with other content, as somebody would write it who computes the hash anew."""
    return write(msgspec.structs.replace(content, **changes))


def with_event(content: Content, at: int, **changes: object) -> bytes:
    events = list(content.events)
    events[at] = msgspec.structs.replace(events[at], **changes)
    return changed(content, events=events)


def fault_of(raw: bytes, *keys: object) -> str:
    with pytest.raises(AuditFault) as found:
        verify(raw, *keys)  # type: ignore[arg-type]
    return str(found.value)


def at(content: Content, name: str) -> int:
    return next(n for n, event in enumerate(content.events) if f'"type":"{name}"' in event.body)


async def test_what_was_published_is_what_the_events_give(published: Published, content: Content) -> None:
    verdict = verify(write(content), published.key)
    [publication] = verdict.replayed.publications
    standing = publication.standing
    assert standing is not None
    assert verdict.replayed.score.index is not None
    assert standing.index == index_text(verdict.replayed.score.index)
    assert (standing.rank, publication.among, standing.grade) == (2, 2, verdict.replayed.score.grade)
    assert verdict.replayed.dossier.status == "published"
    assert verdict.replayed.dossier.given("1.1") == "0.666"
    state = published.province.state
    assert verdict.head.size == state.position
    assert verdict.replayed.root.position == publication.position == state.position


async def test_an_export_holds_its_streams_and_nothing_of_other_dossiers(
    published: Published, content: Content
) -> None:
    root, district = published.root, published.district
    assert content.streams.keys() == {
        root,
        district,
        f"{district}/xa-1",
        f"{district}/xa-2",
        f"{district}@2023",
        f"{district}/xa-1@2023",
    }
    assert sum(content.streams.values()) == len(content.events) < published.province.state.position
    assert not any(f'"subject":"{district}/xa-2@2023"' in event.body for event in content.events)


async def test_free_texts_are_in_it_where_they_are_asked_for(published: Published, content: Content) -> None:
    texts = {said.text for event in content.events for said in event.texts or ()}
    assert {"theo báo cáo", "theo số liệu", "sáng kiến"} <= texts
    without = await published.exported()
    assert all(event.texts is msgspec.UNSET for event in without.events)
    assert b"theo s\xe1\xbb\x91 li\xe1\xbb\x87u" not in write(without)
    assert verify(write(without), published.key).replayed.score == verify(write(content)).replayed.score


async def test_a_changed_body_is_found(content: Content) -> None:
    event = at(content, "ScoreAppraised")
    said = content.events[event]
    raw = with_event(content, event, body=said.body.replace('"0.666"', '"2"'))
    assert fault_of(raw).startswith(f"position {said.position} is not in the log like this")


async def test_a_changed_time_is_found(content: Content) -> None:
    said = content.events[3]
    raw = with_event(content, 3, recorded_us=said.recorded_us + 1)
    assert fault_of(raw).startswith(f"position {said.position} is not in the log like this")
    assert moment_of(said.recorded_us).year >= 2024
    assert "its time is none" in fault_of(with_event(content, 3, recorded_us=-1))
    assert "its time is none" in fault_of(with_event(content, 3, recorded_us=2**62))


async def test_a_changed_proof_is_found(content: Content) -> None:
    said = content.events[3]
    other = content.events[4].path
    assert "is not in the log like this" in fault_of(with_event(content, 3, path=other[::-1]))
    assert "is not in the log like this" in fault_of(with_event(content, 3, path=said.path[:-1]))
    assert "no base64" in fault_of(with_event(content, 3, path=[*said.path, "?"]))


async def test_a_missing_event_is_found_wherever_it_was(published: Published, content: Content) -> None:
    for number, event in enumerate(content.events):
        rest = [*content.events[:number], *content.events[number + 1 :]]
        said = fault_of(changed(content, events=rest), published.key)
        assert said.startswith("an event of "), (event, said)
        assert "is missing" in said


async def test_a_missing_event_of_the_end_is_found_by_the_publication_though_the_versions_are_changed_too(
    content: Content,
) -> None:
    stream = f"{content.unit}@2023"
    last = max(n for n, event in enumerate(content.events) if f'"subject":"{stream}"' in event.body)
    events = [*content.events[:last], *content.events[last + 1 :]]
    streams = {**content.streams, stream: content.streams[stream] - 1}
    said = fault_of(changed(content, events=events, streams=streams))
    assert f"counts {content.streams[stream]} events of {content.unit}, and the file has" in said


async def test_a_missing_stream_is_found(content: Content) -> None:
    for stream in content.streams:
        events = [event for event in content.events if f'"subject":"{stream}"' not in event.body]
        streams = {name: version for name, version in content.streams.items() if name != stream}
        said = fault_of(changed(content, events=events, streams=streams))
        assert "missing" in said or "open no dossier" in said or "counts" in said, stream


async def test_an_added_event_is_found(published: Published, content: Content) -> None:
    twice = [*content.events[:5], content.events[4], *content.events[5:]]
    assert "the order was changed" in fault_of(changed(content, events=twice))
    of_another = await published.exported(unit=f"{published.district}/xa-2")
    strange = next(event for event in of_another.events if "xa-2@2023" in event.body)
    events = sorted([*content.events, strange], key=lambda event: event.position)
    assert "which does not belong here" in fault_of(changed(content, events=events))
    streams = {**content.streams, f"{published.district}/xa-2@2023": 1}
    said = fault_of(changed(content, events=events, streams=streams))
    assert said.endswith("xa-2@2023 does not belong here: the dossier does not rest on it")
    made_up = ExportedEvent(published.province.state.position + 1, 1_700_000_000_000_000, "{}", [])
    assert "not covered by the checkpoint" in fault_of(changed(content, events=[*content.events, made_up]))


async def test_reordered_events_are_found(content: Content) -> None:
    first, second = content.events[6], content.events[7]
    swapped = [*content.events[:6], second, first, *content.events[8:]]
    assert fault_of(changed(content, events=swapped)) == (
        f"position {first.position} comes after position {second.position}: the order was changed"
    )
    renumbered = [
        *content.events[:6],
        msgspec.structs.replace(second, position=first.position),
        msgspec.structs.replace(first, position=second.position),
        *content.events[8:],
    ]
    assert "is not in the log like this" in fault_of(changed(content, events=renumbered))


async def test_a_wrong_key_is_found(published: Published, content: Content) -> None:
    stranger = SignerKey.fresh(published.key.name).verifier()
    assert "not signed with the key" in fault_of(write(content), stranger)
    assert "and the key is of parledger/elsewhere" in fault_of(
        write(content), SignerKey.fresh("parledger/elsewhere").verifier()
    )
    assert "not signed with the key" in fault_of(changed(content, key=str(stranger)))
    assert "no public key" in fault_of(changed(content, key="?"))
    assert verify(changed(content, key=str(stranger)), published.key).key == published.key


async def test_a_checkpoint_of_another_size_is_found(content: Content) -> None:
    size = verify(write(content)).head.size
    note = content.checkpoint.replace(f"\n{size}\n", f"\n{size + 1}\n")
    assert "is false: somebody changed the note" in fault_of(changed(content, checkpoint=note))


async def test_a_changed_text_is_found(content: Content) -> None:
    number = next(n for n, event in enumerate(content.events) if event.texts)
    event = content.events[number]
    assert event.texts
    said = event.texts[0]
    texts = [msgspec.structs.replace(said, text=f"{said.text}!"), *event.texts[1:]]
    raw = with_event(content, number, texts=texts)
    assert fault_of(raw) == f"position {event.position}: {said.field} is not the text that was recorded"
    texts = [msgspec.structs.replace(said, field="leaf"), *event.texts[1:]]
    assert "leaf is not the text" in fault_of(with_event(content, number, texts=texts))
    texts = [msgspec.structs.replace(said, salt="zz"), *event.texts[1:]]
    assert "hexadecimal" in fault_of(with_event(content, number, texts=texts))


async def test_another_dossier_of_the_same_events_is_not_proved(
    published: Published, content: Content
) -> None:
    other = f"{published.district}/xa-2"
    assert "counts" in fault_of(changed(content, unit=other))
    assert "open no dossier" in fault_of(changed(content, round="2024"))
    assert "is no unit of" in fault_of(changed(content, root="other"))


async def test_whatever_bit_is_flipped_the_file_does_not_hold(published: Published, content: Content) -> None:
    raw, chance = write(content), Random(20_231_205)  # noqa: S311 - any numbers will do
    for _ in range(1_500):
        place, bit = chance.randrange(len(raw)), 1 << chance.randrange(8)
        flipped = raw[:place] + bytes([raw[place] ^ bit]) + raw[place + 1 :]
        with pytest.raises(AuditFault):
            verify(flipped, published.key)


async def test_whatever_is_flipped_in_an_event_by_somebody_who_hashes_anew_is_found(
    published: Published, content: Content
) -> None:
    chance = Random(20_240_301)  # noqa: S311 - any numbers will do
    for _ in range(300):
        number = chance.randrange(len(content.events))
        event = canonical(content.events[number])
        place, bit = chance.randrange(len(event)), 1 << chance.randrange(7)
        flipped = event[:place] + bytes([event[place] ^ bit]) + event[place + 1 :]
        try:
            events = [*content.events]
            events[number] = msgspec.json.decode(flipped, type=ExportedEvent)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            continue
        if events[number] == content.events[number]:
            continue  # another way to write the same
        assert fault_of(changed(content, events=events), published.key)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "no audit export"),
        (b"[1]", "no audit export"),
        (b"\xff", "no audit export"),
        (b"[" * 100_000, "no audit export"),
        (b'{"format":"parledger-audit/1"}', "no audit export"),
    ],
)
def test_what_is_no_export_is_said_to_be_none(raw: bytes, says: str) -> None:
    assert says in fault_of(raw)


async def test_an_export_of_another_kind_or_spelling_is_refused(content: Content) -> None:
    raw = write(content)
    assert "the kind 'parledger-audit/9'" in fault_of(raw.replace(b"parledger-audit/1", b"parledger-audit/9"))
    assert "the file was changed" in fault_of(raw + b"\n")
    assert "the file was changed" in fault_of(raw.replace(b'{"content"', b'{ "content"'))
    assert read(raw) == content


async def test_an_update_in_the_database_is_found_at_its_position(published: Published) -> None:
    await published.logged()
    position = await published.position_of("ScoreAppraised")
    await rewrite(published.servers, published.root, position, '"0.666"', '"1.999"')
    said = fault_of(write(await published.exported()), published.key)
    assert said.startswith(f"position {position} is not in the log like this")


async def test_a_log_that_was_rewritten_is_not_exported_as_of_an_earlier_checkpoint(
    published: Published, tmp_path: object
) -> None:
    before = await published.logged()
    await rewrite(published.servers, published.root, 3, "commune", "kommune")
    again = Published(published.servers, published.province, published.folder / "again")
    await again.logged()
    with pytest.raises(AuditFault, match="the log was rewritten"):
        await again.exported(checkpoint=before)


async def test_an_erased_text_is_in_no_new_export_and_every_proof_and_index_stays(
    published: Published, capsys: pytest.CaptureFixture[str]
) -> None:
    before = await published.exported(with_texts=True)
    position = await published.position_of("ScoreAppraised")
    connection = await asyncpg.connect(published.servers.dsn("parledger_appraisal"))
    council = Province(published.root, connection, numbers=iter(range(10**6, 10**9)))
    await council.say(
        "TextErased",
        published.district,
        f"{published.unit}@2023",
        position=position,
        fields=["opinion"],
        basis="Luật 91/2025/QH15",
        reason="theo yêu cầu",
    )
    await connection.close()
    after = await published.exported(with_texts=True)
    erasing = await published.position_of("TextErased")
    assert "theo số liệu" in write(before).decode()
    assert "theo số liệu" not in write(after).decode()
    old, new = verify(write(before), published.key), verify(write(after), published.key)
    assert new.head.size == old.head.size + 1
    assert (new.replayed.score, new.replayed.publications) == (old.replayed.score, old.replayed.publications)
    [erased] = new.replayed.erasures
    assert (erased.position, erased.said.position, erased.said.fields) == (erasing, position, ["opinion"])
    print_verdict(new, checked=True, witnesses=[])
    assert (
        f"opinion của số (of position) {position}, bởi số (by position) {erasing}, "
        f"{time_text(moment_of(erased.recorded_us))}: theo yêu cầu (Luật 91/2025/QH15)"
    ) in capsys.readouterr().out.replace("\n", " ")


async def test_what_has_no_dossier_has_no_export(published: Published) -> None:
    with pytest.raises(AuditFault, match="has no dossier in a round 2023"):
        await published.exported(unit=f"{published.district}/xa-9")
