"""Writing the event log: what is recorded, the chain of hashes, its checkpoints, and their verification.
Everything that writes imports it, so it stands below guards, people and reviews.
"""
