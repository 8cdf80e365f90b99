"""The work lists and the search, and emergency access to a case of another team."""
