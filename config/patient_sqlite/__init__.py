"""Django's SQLite backend, patient when a connection opens."""
