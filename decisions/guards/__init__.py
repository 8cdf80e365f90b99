"""What guards every page: limits, headers, logs, health, errors, how forms are drawn, and the theme."""
