"""Letters: how they are drafted (`texts`), issuing them, and printing them. What a payer says in them, such
as a phone number, is written under its line of business.
"""
