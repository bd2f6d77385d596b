"""Photos of articles: read from requests, kept, shown, forgotten."""
