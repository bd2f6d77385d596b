"""Whether the portal is well: its jobs and what they did, its database, its mail."""
