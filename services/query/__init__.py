"""The only reader: GraphQL over the read model and the audit trail."""
