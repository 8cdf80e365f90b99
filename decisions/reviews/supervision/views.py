"""The pages of supervisors."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import pluralize
from django.views.decorators.http import require_POST

from decisions.people.services import person_of, signed_in
from decisions.reviews.ground.access import answered
from decisions.reviews.supervision import verbs
from decisions.reviews.supervision.access import supervisor
from decisions.reviews.worklist.forms import GiveForm
from decisions.reviews.worklist.page import address
from decisions.reviews.worklist.views import listed


@require_POST
@signed_in
@answered
def give_cases(request: HttpRequest) -> HttpResponse:
    """Give the ticked cases of a list to somebody, or to nobody."""
    person = supervisor(person_of(request), "give")
    form = GiveForm(request.POST, person)
    if not form.is_valid():
        return listed(request, form.of_list(), giving=form)
    to, reason = form.cleaned_data["to"], form.cleaned_data["reason"]
    outcomes = verbs.give_each(person, form.chosen, to, reason, form.own_token)
    given = [each for each in outcomes if not each.why]
    left = [each for each in outcomes if each.why]
    said = f"{len(given)} case{pluralize(len(given))} {'given to ' + str(to) if to else 'unassigned'}."
    back = address(form.cleaned_data["asked"])
    if left:
        return render(
            request, "reviews/given.html", {"said": said, "given": given, "left": left, "back": back}
        )
    messages.success(request, said)
    return redirect(back)
