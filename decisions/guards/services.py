"""What other rooms use of the guards: exact counts, where a request comes from, pages of refusal, and how
forms are drawn.
"""

from decisions.guards.client_addresses import client as client_address
from decisions.guards.counters import Count, count, forget
from decisions.guards.form_layout import laid_out, part
from decisions.guards.forms import sent_inputs
from decisions.guards.slices import own_places
from decisions.guards.views import denied_page, save_again

__all__ = [
    "Count",
    "client_address",
    "count",
    "denied_page",
    "forget",
    "laid_out",
    "own_places",
    "part",
    "save_again",
    "sent_inputs",
]
