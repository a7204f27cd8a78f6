"""A root's public log: the Merkle tree over its positions, its tiles, its signed checkpoints, and proofs.

Source: RFC 6962 and RFC 9162 (the tree), C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-tiles and
tlog-proof (c2sp.org). No network and no clock; files in `folder.py` alone.
"""
