"""One portal's rows from one database to another: SQLite to PostgreSQL, or back. Neither the source nor the photos are touched."""
