"""What other slices use of the guards: exact counts, and the address that a request comes from."""

from decisions.guards.addresses import client as client_address
from decisions.guards.counters import Count, count, forget

__all__ = ["Count", "client_address", "count", "forget"]
