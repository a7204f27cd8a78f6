"""The councils' front door: units, rubrics, rounds, scores, penalties."""
