"""Where the pages of a case are, and what they say."""

from __future__ import annotations

import html
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from decisions.models import Case


def at(name: str, case: Case, *more: Any) -> str:
    """The address of a page of a case."""
    return reverse(f"reviews:{name}", args=[case.pk, *more])


def text_of(response: HttpResponse) -> str:
    """A page as text, with its signs as they are read: ' and not &#x27;."""
    return html.unescape(response.content.decode())
