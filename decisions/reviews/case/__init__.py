"""The page of a case and its determination, and what is done between intake and decision: taking, assigning,
referring, waiting for information, extending, withdrawing, closing.
"""
