"""Addresses of one page with every part that the theme styles, for tests of the theme and of the script."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from config.urls import urlpatterns as pages

PAGE = """
{% extends "base.html" %}
{% load crispy_forms_tags %}
{% block title %}Every part - Conus{% endblock %}
{% block main %}
<p class="kicker">A policy, an edition</p>
<h1>Every part</h1>
<p class="lede">An infant of 1 month with a sacral dimple 3.2 cm from the anus.
<a href="#part">A link</a> <span class="tag">edition</span> <span class="muted">Muted.</span></p>
<ul class="tabs"><li><a href="#a" aria-current="page">Text</a></li><li><a href="#b">Codes</a></li></ul>
<div class="determinations">
  <section><h2>First</h2>
    <p class="verdict state-met">Medically necessary</p><p class="next-step">A physician reviews.</p>
    <ul class="because"><li>age 1 month</li><li>sacral dimple</li></ul>
    <figure class="quote passage" id="part"><blockquote>Words of a policy.</blockquote>
      <figcaption class="quote-source">Guidelines</figcaption></figure></section>
  <section><h2>Second</h2>
    <p class="verdict state-not-met">Unproven</p>
    <ul class="states">
      <li>First criterion <span class="state state-met">met</span></li>
      <li>Second criterion <span class="state state-unsettled">unsettled</span></li>
      <li>Third criterion <span class="state state-open">open</span></li>
      <li>Fourth criterion <span class="state state-not-met">not met</span></li>
      <li>The rest <span class="state state-out">out of scope</span></li>
    </ul></section>
  <p class="difference">They differ because of one sentence.</p>
</div>
<div class="worksheet">
  <form method="post" action="/refuse" data-hx-post="/refuse" data-hx-target="#result">
    {% csrf_token %}
    <div id="result"></div>
    <p class="error-summary" role="alert"><a href="#id_size">Give a size.</a></p>
    {% crispy form %}
    <button type="submit" class="btn btn-primary">Continue</button>
    <a class="btn btn-outline-secondary" href="/">Back</a>
  </form>
  <aside class="worksheet-panel" aria-label="So far">
    <details><summary>Needs 2 answers</summary><p id="folded">Distance and base.</p></details></aside>
</div>
<dl class="facts"><dt>Setting</dt><dd>Outpatient</dd></dl>
<ul class="tree"><li>all of<ul><li>an infant</li><li>a dimple</li></ul></li></ul>
<div class="table-wrap" tabindex="0" role="region" aria-label="Codes">
<table class="table"><caption>Codes</caption>
<thead><tr><th scope="col">Code</th><th scope="col">Words</th></tr></thead>
<tbody><tr><td>Q82.6</td><td class="text-nowrap">Congenital sacral dimple in a long row</td></tr></tbody>
</table></div>
<pre id="plain">As text.</pre>
<button type="button" class="btn btn-secondary" data-copy="#plain" data-needs-js hidden>Copy as text</button>
<button type="button" data-hx-get="/news" data-hx-swap="none">News</button>
<div id="part-of-page"><label>Named <input name="named" value="x"></label>
<button name="again" type="button" data-hx-get="/again" data-hx-target="#part-of-page">Again</button></div>
<button type="button" data-hx-get="/too-many" data-hx-swap="none">Too many</button>
{% endblock %}
"""
SECRET = "a secret answer"
AGAIN = """<label>Named <input name="named" value="x"></label>
<button name="again" type="button" data-hx-get="/again" data-hx-target="#part-of-page">Again</button>"""


class Questions(forms.Form):
    """One field of each kind."""

    size = forms.DecimalField(help_text="In millimetres, more than 0.")
    position = forms.ChoiceField(choices=[("m", "midline"), ("p", "paramedian")], widget=forms.RadioSelect)
    stigmata = forms.MultipleChoiceField(
        choices=[("t", "tail"), ("h", "hair")], widget=forms.CheckboxSelectMultiple
    )
    setting = forms.ChoiceField(choices=[("o", "outpatient"), ("i", "inpatient")])
    remark = forms.CharField(required=False)


def every_part(request: HttpRequest) -> HttpResponse:
    page = engines["django"].from_string(PAGE)
    return HttpResponse(page.render({"form": Questions({"position": "m", "stigmata": ["t"]})}, request))


def refuse(request: HttpRequest) -> HttpResponse:
    return HttpResponse('<p data-focus tabindex="-1" id="refused">Give a size.</p>', status=422)


def news(request: HttpRequest) -> HttpResponse:
    return HttpResponse(headers={"HX-Trigger": '{"announce": "Two questions can still matter."}'})


def again(request: HttpRequest) -> HttpResponse:
    return HttpResponse(AGAIN)


def too_many(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=429, headers={"Retry-After": "7"})


def fault(request: HttpRequest) -> HttpResponse:
    raise ValueError(SECRET)


urlpatterns = [
    path("every-part", every_part),
    path("refuse", refuse),
    path("news", news),
    path("again", again),
    path("too-many", too_many),
    path("fault", fault),
    *pages,
]
handler404 = "decisions.guards.views.not_found"
handler500 = "decisions.guards.views.server_error"
