"""The administration: people and their roles, teams, plans, and what happens when somebody leaves."""
