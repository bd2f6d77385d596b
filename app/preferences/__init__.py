"""When people read their digests, in which language, how they stop them; and the committee's calendar."""
