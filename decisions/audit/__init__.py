"""The pages of the event log: reading it, the story of a case, exports, and its verification."""
