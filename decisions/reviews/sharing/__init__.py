"""How cases that come into review are shared out by the rules of their team."""
