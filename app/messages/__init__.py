"""Free words from a coordinator to a donor or a committee: through the outbox, and kept in the history."""
