"""Which cases somebody has before them, and emergency access to others."""
