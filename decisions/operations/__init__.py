"""What keeps an installation: its backups."""
