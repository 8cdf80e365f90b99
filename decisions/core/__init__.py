"""What a policy is, what a condition means, what is determined. Standard library only: no clock, no file, no
framework, and no clinical word.
"""
