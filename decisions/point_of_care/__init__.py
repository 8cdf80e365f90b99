"""Stable addresses for whoever orders or schedules an examination: a check begins with its code."""
