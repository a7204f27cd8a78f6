"""Every NATS name, stream and permission."""
