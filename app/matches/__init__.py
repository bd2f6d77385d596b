"""The coordinator's room: the board, decisions, plans, and what both leave aside."""
