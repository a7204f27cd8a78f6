"""The ingest service, without servers."""
