"""When people read their digests, and how they stop them."""
