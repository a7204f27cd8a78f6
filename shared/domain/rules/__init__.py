"""Rules: from figures to computed points. Source: scoring.md, "Rules: computed points from figures".

Everything is exact (`fractions.Fraction`). What a rule gives is clamped to 0..max here, and rounded by
`dossier.rounded_points`; the parts of a sum alone are rounded before they are added.
"""

from shared.domain.rules.counting import survey_figures
from shared.domain.rules.making import make_rule
from shared.domain.rules.rule import Rule, exact_points, figures_fault

__all__ = ["Rule", "exact_points", "figures_fault", "make_rule", "survey_figures"]
