"""A made-up province to try the platform on: what its units emit, and the standings that must come of it."""
