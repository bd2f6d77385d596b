"""Collective actions: needs of several committees under one story, with a destination and a deadline."""
