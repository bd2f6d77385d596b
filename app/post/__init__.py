"""What all letters share: the desk they are written at, how one is handed to the outbox, both sides of a trip, and how they are asked."""
