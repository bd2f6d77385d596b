"""People and companies who give, each with all that they offered."""
