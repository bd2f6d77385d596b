"""« À faire »: what waits for a coordinator, by whom to call about it."""
