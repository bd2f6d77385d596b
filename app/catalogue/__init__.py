"""The catalogue on the screen: suggestions while typing, and the words that coordinators teach it."""
