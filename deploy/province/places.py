"""The units of the made-up province, before and after its districts are dissolved."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from deploy.province.rubrics import FEWEST_LEAVES

ROOT = "mau"
ROOT_NAME = "Tỉnh Mẫu"
PROVINCE, DEPARTMENT, DISTRICT, COMMUNE = "tỉnh", "sở", "huyện", "xã"
"""Kinds: names in this province's events, of which the platform knows nothing."""
TOKENS: Mapping[str, str] = {DEPARTMENT: "so", DISTRICT: "huyen", COMMUNE: "xa"}
"""How a kind stands in ids."""

_DEPARTMENTS: Mapping[str, str] = {
    "so-noi-vu": "Sở Nội vụ",
    "so-tai-chinh": "Sở Tài chính",
    "so-lao-dong": "Sở Lao động",
    "so-tu-phap": "Sở Tư pháp",
    "so-y-te": "Sở Y tế",
    "so-xay-dung": "Sở Xây dựng",
    "so-cong-thuong": "Sở Công Thương",
    "so-khoa-hoc": "Sở Khoa học và Công nghệ",
    "so-giao-duc": "Sở Giáo dục và Đào tạo",
    "so-nong-nghiep": "Sở Nông nghiệp và Môi trường",
}
_FEWEST_COMMUNES = 3
"""In a district, so that one may be late, one absent and one on time."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a province is, and in which years it appraises; the later half of them on two levels."""

    districts: int
    communes: int
    leaves: int
    years: tuple[int, ...]
    departments: int = 6

    @property
    def first_two_level(self) -> int:
        """The first year after the reorganisation."""
        return self.years[(len(self.years) + 1) // 2]

    def fault(self) -> str | None:
        """Why no province is made in this size; None where one is."""
        fewest = _FEWEST_COMMUNES * self.districts
        most = len(_DEPARTMENTS)
        must = {
            "from 2 to 99 districts": 2 <= self.districts <= 99,
            f"from {fewest} to 900 communes, three for each district": fewest <= self.communes <= 900,
            f"from 3 to {most} departments": 3 <= self.departments <= most,
            f"from {FEWEST_LEAVES} to 400 leaves": FEWEST_LEAVES <= self.leaves <= 400,
            "two years or more, each later than the one before": len(self.years) > 1
            and list(self.years) == sorted(set(self.years)),
            "years from 2000 on": all(2000 <= year <= 9999 for year in self.years),
        }
        return next((f"it takes {what}" for what, holds in must.items() if not holds), None)


@dataclass(frozen=True, slots=True)
class Merger:
    """Communes that become one, or one that becomes two: what ends, and what comes of it."""

    ended: tuple[str, ...]
    made: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """Paths and names. `communes` are by district; `island` is the commune that no reorganisation touches."""

    names: Mapping[str, str]
    departments: tuple[str, ...]
    communes: Mapping[str, tuple[str, ...]]
    island: str
    mergers: tuple[Merger, ...]

    @property
    def districts(self) -> tuple[str, ...]:
        """The districts."""
        return tuple(self.communes)

    @property
    def made(self) -> tuple[str, ...]:
        """The communes that the reorganisation makes."""
        return tuple(path for merger in self.mergers for path in merger.made)


def token_of(path: str) -> str:
    """The last token of a path."""
    return path.rpartition("/")[2]


def make_places(size: Size, chance: Random) -> Places:
    """A province of this size; the same for the same chance."""
    names = {ROOT: ROOT_NAME}
    names |= {f"{ROOT}/{token}": name for token, name in [*_DEPARTMENTS.items()][: size.departments]}
    departments = tuple(path for path in names if path != ROOT)
    communes: dict[str, tuple[str, ...]] = {}
    for d in range(1, size.districts + 1):
        district = f"{ROOT}/huyen-{d:02}"
        names[district] = f"Huyện Mẫu {d:02}"
        share = size.communes * d // size.districts - size.communes * (d - 1) // size.districts
        communes[district] = tuple(f"{district}/xa-{c:02}" for c in range(1, share + 1))
        names |= {path: f"Xã Mẫu {d:02}.{c:02}" for c, path in enumerate(communes[district], start=1)}
    island = communes[f"{ROOT}/huyen-02"][-1]
    mergers = _mergers([path for paths in communes.values() for path in paths if path != island], chance)
    names |= {
        path: f"Xã Mẫu Mới {n:03}" for n, path in enumerate((p for m in mergers for p in m.made), start=1)
    }
    return Places(names, departments, communes, island, mergers)


def _mergers(paths: list[str], chance: Random) -> tuple[Merger, ...]:
    """One or more neighbours become one; the last becomes two."""
    groups: list[tuple[str, ...]] = []
    left = paths[:-1]
    while left:
        many = chance.randint(1, 3)
        groups.append(tuple(left[:many]))
        left = left[many:]
    mergers = [Merger(group, (f"{ROOT}/xa-moi-{n:03}",)) for n, group in enumerate(groups, start=1)]
    split = tuple(f"{ROOT}/xa-moi-{len(groups) + n:03}" for n in (1, 2))
    return (*mergers, Merger((paths[-1],), split))
