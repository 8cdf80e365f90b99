"""The first page: start a check, and see which policies there are."""
