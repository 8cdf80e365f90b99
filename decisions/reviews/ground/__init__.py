"""What the other rooms of the reviews stand on: which role may do what (`permissions`), which moves there are
(`states`), turnarounds and their clocks, who can have a case, and doing one thing with a case in one
transaction (`work`).
"""
