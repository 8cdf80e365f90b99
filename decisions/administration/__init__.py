"""What administrators do: people and their roles, teams, plans and lines of business, and what happens when
somebody leaves.
"""
