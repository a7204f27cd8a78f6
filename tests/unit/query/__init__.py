"""What of the query service needs no database."""
