"""The page of a case, its determination, and everything else that is done with it."""
