"""The event store on PostgreSQL: lock, append, read."""
