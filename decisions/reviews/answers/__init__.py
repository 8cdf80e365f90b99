"""The questionnaire of a case: its answers, by whom they were given, and conflicts between two who answer."""
