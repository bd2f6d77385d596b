"""What donors offer: typed, confirmed, followed, withdrawn, ended, forgotten."""
