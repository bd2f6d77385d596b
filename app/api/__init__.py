"""The portal for programs: what is public, and what a committee's token opens, as JSON under /api/v1."""
