"""What the statements answer, a row each.

Points are in thousandths, indices in millionths, coverage in hundredths of a per cent. `…_at` are positions,
except `recorded_at`. `ordinal` says of which of the things asked for a row is.
"""
