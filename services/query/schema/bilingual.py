"""Texts in both languages."""

import strawberry


@strawberry.type(description="A text in both languages.")
class BilingualText:
    """Vietnamese and English."""

    vi: str
    en: str
