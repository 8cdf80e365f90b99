"""A request as it is typed and read."""
