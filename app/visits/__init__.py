"""How often public pages are seen and from which sites people come: counts by day, and nothing of who came."""
