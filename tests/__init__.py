"""Everything is tested on real servers; what needs none is in `unit`."""
