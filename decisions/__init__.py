"""Conus: what published coverage policies say about a request, with the passages that say it."""
