"""What a supervisor does: giving cases to others, the team's figures, its rules, and who is away."""
