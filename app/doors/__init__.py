"""Doors for others: the needs of a committee on the site of a town, in feed readers, in calendars, on cards and in search engines."""
