"""The units' door for those who do not speak NATS: POST /emit, and PUT /evidence/{sha256}."""
