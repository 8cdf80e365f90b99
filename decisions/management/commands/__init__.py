"""The commands, each an argument parser and what it prints."""
