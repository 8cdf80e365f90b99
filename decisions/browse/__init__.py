"""The policy library: every edition's text, logic, codes, readings, references, proof and source."""
