"""An evaluator, slow and obvious, written from scoring.md alone: it shares nothing with `shared.domain`.

Whatever it is asked it looks up anew in the list of what was recorded, in the order recorded.
"""

from deploy.province.evaluate.dossier import SlowEvaluator
from deploy.province.evaluate.ledger import Said, SlowLedger, Standing
from deploy.province.evaluate.numbers import round_
from deploy.province.evaluate.rules import worth
from deploy.province.evaluate.said import Events

__all__ = ["Events", "Said", "SlowEvaluator", "SlowLedger", "Standing", "round_", "worth"]
