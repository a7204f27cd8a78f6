"""Somebody writes what should not have been written, and has it erased."""

from deploy.province.folder import Folder
from deploy.province.founding import CHAIR, REGISTRAR
from deploy.province.places import ROOT
from deploy.province.rounds import Round
from deploy.province.script import Line, Script, Sender

_NOWHERE = 2**40


def write_too_much(folder: Folder) -> Line:
    """A claim whose note names somebody: alone in its wave, so that its position is known."""
    folder.script.barrier()
    leaf = folder.fileable()[0]
    note = "Người kê khai: Nguyễn Văn Mẫu, số căn cước 000000000000"
    said = {"leaf": leaf["code"], "self_points": "0", "note": note}
    line = folder.say(folder.filer, "SubmissionFiled", **said)
    folder.script.barrier()
    return line


def change_with_a_name(round_: Round, unit: str) -> Line:
    """A unit leaves the round and comes back, for a reason that names somebody."""
    round_.script.barrier()
    round_.say("RoundChanged", remove=[unit], reason="Chờ ý kiến")
    line = round_.say("RoundChanged", add=[unit], reason="Theo đề nghị của ông Trần Văn Mẫu")
    round_.script.barrier()
    return line


def erase(script: Script, note: Line, reason: Line) -> None:
    """The root's registrar has the note erased, the authority's chair the reason of its own round."""
    script.barrier()
    for sender, line, field in ((REGISTRAR, note, "note"), (CHAIR, reason, "reason")):
        subject, position = line.emission["subject"], script.position_of(line)
        told = {"basis": "Yêu cầu của chủ thể dữ liệu", "reason": "Có dữ liệu cá nhân"}
        script.say(sender, "TextErased", subject, "unknown-target", position=_NOWHERE, fields=[field], **told)
        script.say(
            sender, "TextErased", subject, "unknown-target", position=position, fields=["leaf"], **told
        )
        council = Sender(ROOT, "council")
        script.say(council, "TextErased", subject, "not-permitted", position=position, fields=[field], **told)
        script.say(sender, "TextErased", subject, position=position, fields=[field], **told)
        script.say(sender, "TextErased", subject, "no-change", position=position, fields=[field], **told)
