"""The check: guided questions one at a time, the worksheet with all of them, and the determination."""
