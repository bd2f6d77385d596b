"""Rounds: the trips that one committee's van makes on one day, in order."""
