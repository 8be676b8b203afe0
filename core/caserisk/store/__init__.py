"""Where state and log are kept: SQLite or PostgreSQL, through SQLAlchemy."""
