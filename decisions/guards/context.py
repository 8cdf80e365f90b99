"""What every page shows: the navigation, where to search, who is signed in, and the theme."""

from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.urls import reverse

from decisions.guards.forms import THEMES
from decisions.guards.slices import navigation, search_of


def page(request: HttpRequest) -> dict[str, Any]:
    """The context of `base.html`. The way back is given for pages alone that can be fetched again."""
    user = getattr(request, "user", None)
    person = user if user and user.is_authenticated else None
    chosen = request.session.get("theme", "auto") if hasattr(request, "session") else "auto"
    return {
        "navigation": navigation(person),
        "searches_at": reverse(view) if (view := search_of(person)) else "",
        "person": person,
        "messages": get_messages(request),
        "themes": THEMES,
        "theme": chosen,
        "way_back": request.get_full_path() if request.method == "GET" else "/",
    }
