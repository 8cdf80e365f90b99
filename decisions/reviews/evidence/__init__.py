"""Where in the record an answer stands: what is sent of it, beside each question of a case."""
