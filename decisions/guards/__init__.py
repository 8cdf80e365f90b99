"""What guards every page: limits, headers, logs, health, errors, and the theme."""
