"""Writing the event log: the list of what can happen (`actions`), the chain of hashes, its checkpoints, and
their verification. Everything that changes something writes to it, so it stands below guards, people and
reviews.
"""
