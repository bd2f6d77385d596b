"""Pages for everybody: home, what is needed, how it works, privacy, accessibility."""
