"""Associations and their committees: their own pages, the public ones, who is founded and closed."""
