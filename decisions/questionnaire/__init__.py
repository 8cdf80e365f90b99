"""The questionnaire: fields, forms and pages for a topic's questions, and the determination of the answers.

What it asks about (a check, a case) is a `subject.Subject` to it. It knows no slice.
"""
