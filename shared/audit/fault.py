"""What a check finds."""


class AuditFault(Exception):
    """An export does not hold; the message is a sentence that says where, for whoever checks it."""
