"""Writing the event log: what is recorded, the chain of hashes, its checkpoints, and their verification."""
