"""What every page shows: the navigation, where to search, who is signed in, and the theme."""

from functools import partial
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.urls import reverse

from decisions.guards.forms import THEMES
from decisions.guards.slices import HeadCount, navigation, own_counts, search_of
from decisions.models import Person


def page(request: HttpRequest) -> dict[str, Any]:
    """The context of `base.html`. The way back is given for pages alone that can be fetched again."""
    user = getattr(request, "user", None)
    person = user if user and user.is_authenticated else None
    chosen = request.session.get("theme", "auto") if hasattr(request, "session") else "auto"
    return {
        "navigation": navigation(person),
        "searches_at": reverse(view) if (view := search_of(person)) else "",
        "person": person,
        # Called where the head is drawn: a part of a page has none, and costs nothing.
        "counts": partial(counts, request, person),
        "messages": get_messages(request),
        "themes": THEMES,
        "theme": chosen,
        "way_back": request.get_full_path() if request.method == "GET" else "/",
    }


def counts(request: HttpRequest, person: Person | None) -> list[HeadCount]:
    """What waits for somebody, on the pages that ask for a sign-in. The others are the same for everybody."""
    view = request.resolver_match.func if request.resolver_match else None
    return own_counts(person) if person and getattr(view, "signed_in", False) else []
