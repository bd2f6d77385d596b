"""Papers as pages and as PDF: what one says (`paper`), how it becomes a file (`pdf`), how that is drawn (`drawing`)."""
