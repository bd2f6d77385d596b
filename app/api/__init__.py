"""The portal for programs: what is public, and what a committee's token opens, as JSON under /api/v1.

It stands above the features as the jobs do: it asks their forms, services and queries, and none of them knows it.
"""
