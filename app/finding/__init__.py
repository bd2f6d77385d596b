"""Finding donors, offers, needs, committees and matches by anything a caller may say."""
