"""How a write service takes emissions in: pull, judge inside the append, outcome after the commit.

Both write services are this, each for its own types.
"""
