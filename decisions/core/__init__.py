"""What a policy is, what a condition means, what is determined. Standard library only; no clock, file or
framework.
"""
