"""`parledger rubric`, on files."""
