"""The appraisal itself: pure, without I/O, clock or randomness."""
