"""How things are said: words alone, made from the core's records and the topic's own words."""
