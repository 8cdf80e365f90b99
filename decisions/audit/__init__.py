"""Reading the event log: its pages, the story of a case, exports as CSV and FHIR, and its verification."""
