"""How things are said: the words of outcomes, conditions, answers and refusals, made from the core's records
and the topic's own words, and a determination as its JSON record.
"""
