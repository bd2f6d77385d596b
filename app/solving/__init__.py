"""What is solved while a person waits, in a bounded process of its own."""
