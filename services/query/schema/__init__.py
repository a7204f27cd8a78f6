"""The GraphQL types and where their values come from. Source: contracts, "GraphQL (minimum)".

What is hidden from a viewer is null or an empty list, never an error; `services.query.sight` says what is.
"""
