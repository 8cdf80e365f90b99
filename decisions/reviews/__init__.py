"""Reviews: a request from intake to a signed decision, by people who sign in."""
