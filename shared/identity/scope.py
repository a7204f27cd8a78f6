"""Who may see what, by paths alone (contracts: who sees what). Pure."""

from shared.broker.subjects import split_path


def sees_below(caller_tenant: str, unit: str) -> bool:
    """Whether `unit` is the caller's own unit or below it: a unit sees itself and all below it."""
    return unit == caller_tenant or unit.startswith(f"{caller_tenant}/")


def is_above(caller_tenant: str, unit: str) -> bool:
    """Whether `unit` is above the caller's.

    Of it the caller sees names, and the rubrics and rounds it is appraised under.
    """
    return caller_tenant.startswith(f"{unit}/")


def authority_of(unit: str) -> str:
    """The unit one level up, which appraises `unit`; of a root, the root itself.

    ValueError if `unit` is no path.
    """
    *above, _ = split_path(unit)
    return "/".join(above) or unit


def is_sibling(caller_tenant: str, unit: str) -> bool:
    """Whether both are appraised by one authority: of a sibling, published standings are seen."""
    return (
        caller_tenant != unit
        and "/" in caller_tenant
        and "/" in unit
        and caller_tenant.rpartition("/")[0] == unit.rpartition("/")[0]
    )


def sees_appraisal(caller_tenant: str, unit: str) -> bool:
    """Whether the caller is the unit's authority or above it, and so sees what is provisional at any time.

    A root appraises itself nowhere, so it is its own authority.
    """
    return sees_below(caller_tenant, authority_of(unit))
