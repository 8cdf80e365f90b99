"""What the other rooms of the reviews stand on: permissions, states, clocks, who can have a case, and doing
one thing with a case in one transaction.
"""
