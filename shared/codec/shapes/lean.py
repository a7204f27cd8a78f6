"""Data as a fold keeps it that tells no free texts: of a large root it takes a third of the memory."""

from collections.abc import Mapping
from sys import intern
from types import MappingProxyType

from msgspec.structs import force_setattr

from shared.codec.shapes.appraisal import ScoreAppraised, ScoreProposed
from shared.codec.shapes.base import Commitment, Data

UNTOLD = Commitment("")
"""Stands for every commitment to a text."""

_REPEATED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "SubmissionFiled": ("leaf", "self_points"),
        "EvidenceAttached": (
            "evidence",
            "leaf",
            "sha256",
            "media_type",
            "number",
            "dated",
            "issuer",
            "pages",
        ),
        "ScoreProposed": ("leaf", "points"),
        "ScoreAppraised": ("leaf", "points"),
    }
)
"""Fields of what there is most of, whose values a root says again and again."""


def make_lean(data: Data, said: dict[Data, Data]) -> Data:
    """Let data that nobody else holds say no texts, and share what other data says too.

    Points without figures are given again and again: the first to say so is answered, and stands in `said`.
    """
    for name in data.TEXTS:
        if getattr(data, name) is not None:
            force_setattr(data, name, UNTOLD)
    for name in _REPEATED.get(type(data).__name__, ()):
        value = getattr(data, name)
        if value is not None:
            force_setattr(data, name, intern(value))
    if isinstance(data, ScoreProposed | ScoreAppraised) and data.figures is None:
        return said.setdefault(data, data)
    return data
