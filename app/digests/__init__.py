"""What waits, gathered at an hour that the reader chose: a committee's week, a coordinator's day.

Behind every letter that somebody waits for, and unsubscribed from with one click.
"""
