"""People: sign-in, second factors, sessions, roles, teams and plans."""
