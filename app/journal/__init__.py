"""« Journal »: every decision in one list, for coordinators. It is read and exported; nothing here writes."""
