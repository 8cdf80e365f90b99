"""Letters: their texts, issuing them, and printing them."""
