"""Judging the criteria of a case from its record, before the determination is seen."""
