"""The answers that decisions share."""

from shared.domain.problems import Refused


def unknown(pointer: str, vi: str, en: str) -> Refused:
    """`vi` and `en` name what was not found."""
    return Refused("unknown-target", pointer, f"Không tìm thấy {vi}.", f"There is no {en}.")


def against(pointer: str, vi: str, en: str) -> Refused:
    """The rubric does not allow it."""
    return Refused("against-rubric", pointer, vi, en)


def no_change() -> Refused:
    """It says what stands already."""
    return Refused(
        "no-change",
        "",
        "Nội dung này đã được ghi nhận, không có gì thay đổi. Không cần gửi lại.",
        "This stands already: nothing would change. There is no need to send it again.",
    )


def given_once(pointer: str, name: str) -> Refused:
    """An id of which there is one, and which this event does not change."""
    return Refused(
        "no-change",
        pointer,
        f"{name} đã có và không thay đổi được bằng sự kiện này; nếu cần, hãy dùng mã khác.",
        f"{name} stands already and this event does not change it; take another id where you mean another.",
    )
