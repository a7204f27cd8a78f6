"""Evidence: the stores, the door through which it comes in, and the one through which it is fetched."""
