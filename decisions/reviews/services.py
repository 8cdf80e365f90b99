"""What other slices and commands use of the reviews."""

from decisions.reviews.work import NotFoundError, RefusedError, StaleError, look, may, permitted

__all__ = ["NotFoundError", "RefusedError", "StaleError", "look", "may", "permitted"]
