"""The event log: what was done, seen and refused, in rows that are only ever added."""
