"""What was proven of the editions: their certificates, and where two of them differ."""
