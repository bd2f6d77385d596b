"""Lists from elsewhere: brought, read, put right line by line, recorded all or nothing, taken back."""
