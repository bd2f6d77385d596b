"""Mail in development: what was written to whom, and every message with sample values."""
