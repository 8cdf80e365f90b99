"""Signing a decision, correcting it, appeals, and replaying what was signed."""
