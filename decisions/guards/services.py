"""What other rooms use of the guards: exact counts, where a request comes from, and pages of refusal."""

from decisions.guards.client_addresses import client as client_address
from decisions.guards.counters import Count, count, forget
from decisions.guards.forms import sent_inputs
from decisions.guards.slices import HeadCount, own_places
from decisions.guards.views import denied_page, save_again

__all__ = [
    "Count",
    "HeadCount",
    "client_address",
    "count",
    "denied_page",
    "forget",
    "own_places",
    "save_again",
    "sent_inputs",
]
