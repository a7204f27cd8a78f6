"""What an explanation says, in Vietnamese and English. The words are those that people are shown."""

from collections.abc import Mapping
from types import MappingProxyType

Text = tuple[str, str]
"""Vietnamese, English; with names in braces for what is put in."""

SAYS: Mapping[str, Text] = MappingProxyType(
    {
        "leaf": ("{code} {name}: điểm chuẩn {max}", "{code} {name}: maximum {max}"),
        "excluded.not-applicable": ("Không đánh giá", "Excluded: not applicable"),
        "excluded.not-due": ("Chưa đến kỳ đánh giá", "Excluded: not due"),
        "self": ("Điểm tự đánh giá", "Self points"),
        "self.none": ("Chưa tự đánh giá", "No self points"),
        "figures.unit": ("Số liệu đơn vị báo cáo", "Figures reported by the unit"),
        "figures.council": ("Số liệu thẩm định", "Figures of the council"),
        "figures.survey": ("Số liệu khảo sát", "Figures of the survey"),
        "figures.none": ("Chưa có số liệu", "No figures"),
        "figure": ("{label}: {given}", "{label}: {given}"),
        "rule": ("Theo công thức: {said}", "By the rule: {said}"),
        "rule.none": ("Công thức không tính điểm: {said}", "The rule computes nothing: {said}"),
        "clamped": ("Giới hạn trong 0 đến {max}", "Held to 0 to {max}"),
        "rounded.half_up": ("Làm tròn đến {scale} chữ số lẻ", "Rounded half up to {scale} decimals"),
        "rounded.down": ("Cắt còn {scale} chữ số lẻ", "Cut off at {scale} decimals"),
        "need.met": ("Điều kiện: {code} {name} có điểm", "Needs {code} {name}, which has points"),
        "need.missing": (
            "Điều kiện: {code} {name} không có điểm, nên tính 0",
            "Needs {code} {name}, which has no points: 0",
        ),
        "need.excluded": (
            "Điều kiện: {code} {name} không đánh giá, nên không xét",
            "Needs {code} {name}, which is excluded: not asked for",
        ),
        "evidence.met": ("Có tài liệu kiểm chứng: {count}", "Evidence stands: {count}"),
        "evidence.missing": (
            "Cần tài liệu kiểm chứng nhưng chưa có, nên tính 0",
            "Evidence is required and none stands: 0",
        ),
        "computed": ("Điểm theo công thức", "Computed points"),
        "computed.none": ("Không tính được điểm theo công thức", "Nothing is computed"),
        "appraised": ("Điểm thẩm định", "Appraised points"),
        "appraised.none": ("Chưa thẩm định", "Not appraised"),
        "appraised.defaulted": (
            "Điểm thẩm định: đơn vị không nộp hồ sơ, nên tính 0",
            "Appraised points: the unit did not file, so 0",
        ),
        "support.SUPPORTED": ("Khớp số liệu", "Supported by the figures"),
        "support.ROUNDING": ("Lệch do làm tròn", "Differs by rounding"),
        "support.UNSUPPORTED": ("Điểm không khớp số liệu", "Not supported by the figures"),
        "penalty": ("Điểm trừ do vi phạm {id}", "Penalty {id}"),
        "earned": ("Điểm đạt được", "Earned points"),
        "lost": ("Điểm bị trừ", "Lost"),
        "share": (
            "Đóng góp vào chỉ số: 100 × {earned} / {assessed}",
            "Its share of the index: 100 × {earned} / {assessed}",
        ),
        "share.bonus": (
            "Điểm thưởng, tính chung tối đa {max}: 100 × {earned} / {assessed}",
            "Bonus, at most {max} in all: 100 × {earned} / {assessed}",
        ),
        "share.self": (
            "Đóng góp vào chỉ số tự đánh giá: 100 × {earned} / {assessed}",
            "Its share of the self index: 100 × {earned} / {assessed}",
        ),
    }
)

RULES: Mapping[str, Text] = MappingProxyType(
    {
        "judgement": ("hội đồng cho điểm", "the council judges"),
        "choice": ("mức {choice}: {worth} điểm", "level {choice}: {worth} points"),
        "checklist": ("cộng điểm các mục đã làm", "the points of the items done"),
        "checklist.all": ("đủ {count} mục: {max} điểm", "all {count} items: {max} points"),
        "rate": (
            "{max} × nhỏ hơn của ({rate} / {target}, 1)",
            "{max} × the lesser of ({rate} / {target}, 1)",
        ),
        "rate.below": ("{rate} dưới mức tối thiểu {floor}: 0", "{rate} is below the floor {floor}: 0"),
        "growth": (
            "{max} × nhỏ hơn của (tăng {grown} / {target}, 1)",
            "{max} × the lesser of (growth {grown} / {target}, 1)",
        ),
        "steps": ("{reached} đạt bậc từ {start}: {worth} điểm", "{reached} reaches {start}: {worth} points"),
        "steps.below": ("{reached} chưa đạt bậc nào: 0", "{reached} reaches no step: 0"),
        "count": ("{each} × {count}", "{each} × {count}"),
        "timely": ("{on_time} × {on} + {late} × {after}", "{on_time} × {on} + {late} × {after}"),
        "deduct": ("{max} trừ các lỗi", "{max} less what went wrong"),
        "deduct.one": ("{key}: {each} × {times}", "{key}: {each} × {times}"),
        "sum": ("tổng các phần", "the sum of its parts"),
        "best_of": ("cách tính có lợi nhất", "the best of its rules"),
        "survey": ("{max} × {score} / {of}", "{max} × {score} / {of}"),
        "rollup.mean": (
            "{max} × trung bình tỷ lệ đạt của {leaf} ở cấp dưới",
            "{max} × the mean of {leaf} over the units below",
        ),
        "rollup.share": (
            "{max} × tỷ lệ đơn vị cấp dưới đạt {leaf} từ {start}",
            "{max} × the share of the units below that reach {start} of {leaf}",
        ),
        "part": ("{key}", "{key}"),
        "option": ("Cách {number}", "Rule {number}"),
    }
)
"""What a rule does, by its kind."""

FIGURES: Mapping[str, Text] = MappingProxyType(
    {
        "numerator": ("Tử số", "Numerator"),
        "denominator": ("Mẫu số", "Denominator"),
        "percent": ("Tỷ lệ (%)", "Per cent"),
        "count": ("Số lượng", "Count"),
        "choice": ("Mức", "Level"),
        "events": ("Số lỗi", "What went wrong"),
        "value": ("Giá trị", "Value"),
        "base": ("Số gốc", "Base"),
        "done": ("Mục đã làm", "Items done"),
        "on_time": ("Đúng hạn", "On time"),
        "late": ("Trễ hạn", "Late"),
        "missing": ("Không nộp", "Missing"),
        "parts": ("Các phần", "Parts"),
        "options": ("Các cách tính", "Options"),
        "score": ("Điểm khảo sát", "Score of the survey"),
        "of": ("Thang điểm khảo sát", "Scale of the survey"),
    }
)
