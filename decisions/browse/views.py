"""The pages of the policy library. Each is a plain GET."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from decisions.browse import code_table, comparison, outline, reader, services, sources
from decisions.browse import proven as differences
from decisions.browse.forms import CodeFilter, Comparison
from decisions.core.policy import Policy
from decisions.services import address, codebook, library, today
from decisions.telling.condition_words import tree


@require_safe
def policies(request: HttpRequest) -> HttpResponse:
    """Every policy and edition, and what keeps others from being used."""
    context = {"topics": services.topics(), "problems": services.problems()}
    return render(request, "browse/list.html", context)


@require_safe
def in_force(request: HttpRequest, policy_id: str) -> HttpResponse:
    """To the edition that is in force today."""
    if policy_id not in library().editions:
        raise Http404(policy_id)
    return redirect(address(library().in_force(policy_id, today())))


def edition_or_404(policy_id: str, edition: str) -> Policy:
    """The edition at an address. Raises Http404."""
    try:
        return services.find(policy_id, edition)
    except KeyError as error:
        raise Http404(f"{policy_id} {edition}") from error


def page(request: HttpRequest, policy: Policy, tab: str, context: Mapping[str, Any]) -> HttpResponse:
    """One of an edition's pages, with what stands above all of them."""
    frame = {
        "policy": policy,
        "edition": services.shown(policy),
        "others": services.others(policy),
        "tabs": services.tabs(policy, tab),
    }
    return render(request, f"browse/{tab}.html", {**frame, **context})


@require_safe
def text(request: HttpRequest, policy_id: str, edition: str) -> HttpResponse:
    """The whole text, with its contents and with notes of what uses it."""
    policy = edition_or_404(policy_id, edition)
    context = {"blocks": reader.blocks(library(), policy), "contents": reader.contents(policy)}
    return page(request, policy, "policy", context)


@require_safe
def logic(request: HttpRequest, policy_id: str, edition: str) -> HttpResponse:
    """Every criterion, hold, request and caution as sentences."""
    policy = edition_or_404(policy_id, edition)
    context = {
        "criteria": outline.criteria(policy),
        "folded": outline.shared(policy),
        "notices": outline.notices(policy),
        "scope": tree(policy, policy.scope),
        "scope_passages": outline.quoted(policy, policy.scope_passages),
        "readings_page": address(policy, "readings"),
    }
    return page(request, policy, "logic", context)


@require_safe
def codes(request: HttpRequest, policy_id: str, edition: str) -> HttpResponse:
    """The code tables, and a filter for them; the tables alone where htmx asks."""
    policy = edition_or_404(policy_id, edition)
    form = CodeFilter(request.GET)
    wanted = form.cleaned_data["q"] if form.is_valid() else ""
    code_set = codebook().judging(today())
    tables = code_table.tables(policy, code_set, wanted) if form.is_valid() else ()
    context = {
        "form": form,
        "wanted": wanted,
        "tables": tables,
        "code_set": code_set,
        "code_set_current": code_set.covers(today()),
        "list_rule": code_table.list_rule(policy),
        "around": code_table.around(policy),
    }
    if getattr(request, "htmx", False):
        response = render(request, "browse/codes.html#tables", {"policy": policy, **context})
        response.headers["HX-Trigger"] = json.dumps({"announce": code_table.counted(tables)})
        return response
    return page(request, policy, "codes", context)


@require_safe
def readings(request: HttpRequest, policy_id: str, edition: str) -> HttpResponse:
    """How the text was read where it is unclear, and what it leaves open."""
    policy = edition_or_404(policy_id, edition)
    return page(request, policy, "readings", {"readings": sources.readings(policy)})


@require_safe
def references(request: HttpRequest, policy_id: str, edition: str) -> HttpResponse:
    """The list of references, and the citations that do not lead there."""
    policy = edition_or_404(policy_id, edition)
    context = {
        "references": sources.references(library(), policy),
        "unresolved": sources.unresolved(library(), policy),
        "elsewhere": sources.elsewhere(library(), policy),
    }
    return page(request, policy, "references", context)


@require_safe
def proof(request: HttpRequest, policy_id: str, edition: str) -> HttpResponse:
    """The certificate of the edition."""
    policy = edition_or_404(policy_id, edition)
    return page(request, policy, "proof", {"proven": differences.proven(policy)})


@require_safe
def source(request: HttpRequest, policy_id: str, edition: str) -> HttpResponse:
    """Where the text comes from, and what its files are known by."""
    policy = edition_or_404(policy_id, edition)
    return page(request, policy, "source", {"notes": policy.notes})


@require_safe
def source_text(request: HttpRequest, policy_id: str, edition: str) -> HttpResponse:
    """The verbatim source as plain text."""
    policy = edition_or_404(policy_id, edition)
    return HttpResponse(services.source_text(policy), content_type="text/plain; charset=utf-8")


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Two editions beside each other."""
    form = Comparison(services.chosen(request.GET), editions=services.choices())
    compared: dict[str, Any] = {}
    if form.is_valid():
        one, other = (services.named(form.cleaned_data[name]) for name in ("one", "other"))
        compared = {
            "one": services.shown(one),
            "other": services.shown(other),
            "facts": comparison.facts(one, other),
            "opening": comparison.opening(one, other),
            "refusing": comparison.refusing(one, other),
            "pairs": comparison.pairs(one, other),
            "named": comparison.named(one, other),
            "apart": differences.apart(one, other),
        }
    too_few = len(services.choices()) < 2
    return render(request, "browse/compare.html", {"form": form, "too_few": too_few, **compared})
