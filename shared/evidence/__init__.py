"""Where the bytes of evidence lie: content-addressed, in a folder or in S3-compatible storage.

Who has put what stands in the ledger, not here.
"""
