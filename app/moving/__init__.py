"""One portal's rows from one database to another, SQLite to PostgreSQL or back; its photos from the folder to the bucket or back. No source is touched."""
