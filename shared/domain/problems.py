"""Why an emission is not taken: the problem types, in the order in which they win, in two languages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from shared.codec.faults import Fault

TITLES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "too-large": ("Vượt dung lượng", "Too large"),
        "malformed": ("Sai định dạng", "Malformed"),
        "id-reused": ("Mã bản gửi đã dùng cho nội dung khác", "The id was used for other content"),
        "wrong-source": ("Sai đơn vị gửi", "Wrong source"),
        "unknown-type": ("Loại sự kiện không hợp lệ", "Unknown event type"),
        "invalid-data": ("Dữ liệu không hợp lệ", "Invalid data"),
        "not-permitted": ("Không có thẩm quyền", "Not permitted"),
        "unknown-target": ("Không tìm thấy", "Not found"),
        "published": ("Kết quả đã công bố", "The results are published"),
        "window-closed": ("Ngoài thời hạn", "The window is not open"),
        "locked": ("Hồ sơ đã gửi, đang khóa", "The dossier was submitted and is locked"),
        "against-rubric": ("Trái với bộ chỉ số", "Against the rubric"),
        "reason-needed": (
            "Điểm không khớp số liệu, cần nêu lý do",
            "The figures do not support the points: a reason is needed",
        ),
        "opinion-needed": ("Hạ điểm phải có ý kiến", "Lowering points needs an opinion"),
        "evidence-not-stored": ("Tệp chưa được tải lên", "The file was not uploaded"),
        "still-open": ("Còn nội dung chưa xử lý", "Something is still open"),
        "no-change": ("Không có gì thay đổi", "Nothing would change"),
    }
)
ORDER = tuple(TITLES)
MOST_FAULTS = 50


@dataclass(frozen=True, slots=True)
class Refused:
    """An emission that is not taken: the problem's type, where (a JSON pointer into it), and what to do."""

    type: str
    pointer: str
    vi: str
    en: str
    faults: tuple[Fault, ...] = field(default=())

    def as_problem(self) -> dict[str, Any]:
        """The `problem` of an outcome."""
        title_vi, title_en = TITLES[self.type]
        problem: dict[str, Any] = {
            "type": self.type,
            "title": {"vi": title_vi, "en": title_en},
            "detail": {"vi": self.vi, "en": self.en},
            "pointer": self.pointer,
        }
        if len(self.faults) > 1:
            problem["faults"] = [
                {"pointer": fault.pointer, "vi": fault.vi, "en": fault.en} for fault in self.faults
            ]
        return problem


def refused_for(type_: str, *faults: Fault) -> Refused:
    """A refusal for some faults: the detail names them all (the first fifty), the pointer the first."""
    named, others = faults[:MOST_FAULTS], len(faults[MOST_FAULTS:])
    vi, en = [fault.vi for fault in named], [fault.en for fault in named]
    if others:
        vi.append(f"Và {others} lỗi khác.")
        en.append(f"And {others} more.")
    return Refused(type_, faults[0].pointer, " ".join(vi), " ".join(en), named)
