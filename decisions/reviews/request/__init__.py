"""The request that a case begins with: entering it, changing it, and finding that it is there already."""
