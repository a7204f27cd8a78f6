"""The client of parledger: emit, outcomes and the command line."""
