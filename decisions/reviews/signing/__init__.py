"""What is shown around a signature: the page to sign on, a signed decision, and letters."""
