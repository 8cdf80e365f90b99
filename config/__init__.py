"""The settings, the addresses, and how Conus is installed and served."""
