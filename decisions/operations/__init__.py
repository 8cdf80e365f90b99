"""What keeps an installation running beside serving it: backups, and putting one back."""
