"""What the engine found, in words: why a pair was made, why another was not and what it would take."""
