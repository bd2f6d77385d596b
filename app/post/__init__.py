"""What all letters share: the desk they are written at, how one is handed to the outbox, and both sides of a match."""
