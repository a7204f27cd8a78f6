"""What the dossiers of the tests are about: a rubric, windows, sums by area."""

from collections.abc import Mapping
from typing import Any

WINDOWS = {
    name: {"opens": "2023-12-01T00:00:00.000000Z", "closes": "2024-01-01T00:00:00.000000Z"}
    for name in ("filing", "appraisal", "disputes")
}
RUBRIC: Mapping[str, Any] = {
    "id": "district-2023",
    "name": "Bộ chỉ số CCHC cấp huyện 2023",
    "points": {"scale": 2, "rounding": "half_up"},
    "index": {"scale": 2, "rounding": "half_up"},
    "grades": [{"name": "Tốt", "from": "80"}, {"name": "Yếu", "from": "0"}],
    "bonus": {
        "max": "2",
        "items": [{"code": "B.1", "name": "Tin bài", "max": "1", "rule": {"kind": "judgement"}}],
    },
    "areas": [
        {
            "code": "3",
            "name": "Thủ tục hành chính",
            "criteria": [
                {"code": "3.4", "name": "Kết quả giải quyết", "max": "3", "rule": {"kind": "rate"}},
                {
                    "code": "3.12",
                    "name": "Dịch vụ công trực tuyến",
                    "parts": [
                        {
                            "code": "3.12.3",
                            "name": "Hồ sơ trực tuyến",
                            "max": "0.50",
                            "rule": {"kind": "rate"},
                        }
                    ],
                },
            ],
        },
        {
            "code": "4",
            "name": "Tổ chức bộ máy",
            "criteria": [{"code": "4.1", "name": "Sắp xếp", "max": "1.5", "rule": {"kind": "judgement"}}],
        },
    ],
}
AREAS = [
    {
        "code": "3",
        "name": "Thủ tục hành chính",
        "max": 3500,
        "points": 2026,
        "assessed": 3500,
        "excluded": 0,
        "lost": 1474,
    },
    {
        "code": "4",
        "name": "Tổ chức bộ máy",
        "max": 1500,
        "points": 0,
        "assessed": 0,
        "excluded": 1500,
        "lost": 0,
    },
]
