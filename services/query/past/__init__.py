"""The past: dossiers, rounds and units folded as of a position, told in the rows of the present."""
