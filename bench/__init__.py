"""Measurements: what a determination, a million of them, a page and a start cost, beside their peers.

Run by ``python -m bench``. Nothing here is a test: a measurement is printed, never asserted. What is checked
is that everyone who is timed decides the same.
"""
