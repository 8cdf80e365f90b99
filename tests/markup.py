"""What validators of HTML say most of our pages, as far as it can be seen without one.

Nu and html-validate say it too, and more. These run on every page that any test is answered with.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

TAG = re.compile(r"<([a-z][a-z0-9]*)((?:\s[^<>]*)?)>")
ATTRIBUTE = re.compile(r"""\s([^\s=>"'/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'))?""")
NOT_TAGS = re.compile(r"(?s)<!--.*?-->|<(textarea|script|style)\b([^>]*)>.*?</\1>")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:?\d\d)?)?")
RUN_TOGETHER = re.compile(r'[^\s>]<span class="visually-hidden">\s')
"""Hidden words that are spoken without the blank before them: out of the line, it is not kept."""
HEADING = re.compile(r"h[1-6]")
DAY = re.compile(r"(\d{4}-\d\d-\d\d)?")
LISTS = {"ul", "ol", "dl", "li"}
MEANT = ("for", "aria-labelledby", "aria-describedby", "aria-controls")
"""Attributes that name other elements of the page."""


def attributes(text: str) -> dict[str, str]:
    """The attributes of a tag."""
    return {name: quoted or single for name, quoted, single in ATTRIBUTE.findall(text)}


def tags(page: str) -> list[tuple[str, dict[str, str]]]:
    """The tags of a page with their attributes."""
    told = NOT_TAGS.sub(lambda found: f"<{found[1]}{found[2]}>" if found[1] else "", page)
    return [(name, attributes(rest)) for name, rest in TAG.findall(told)]


def faults_of_tag(name: str, given: dict[str, str]) -> list[str]:
    """What is wrong with one tag."""
    found = [f"{each} is no attribute of HTML" for each in given if each.startswith("hx-")]
    if name == "button" and given.get("type") not in ("submit", "button", "reset"):
        found.append("a button without a type")
    if name in LISTS and "aria-label" in given:
        found.append("a list has no name of its own")
    if given.get("type") == "date" and not DAY.fullmatch(given.get("value", "")):
        found.append(f"{given['value']} is no day")
    if "datetime" in given and not MOMENT.fullmatch(given["datetime"]):
        found.append(f"{given['datetime']} is no moment")
    return [f"<{name}>: {each}" for each in found]


def faults_between(every: list[tuple[str, dict[str, str]]]) -> list[str]:
    """What is wrong between the tags of a whole page: ids that stand twice, or that nothing has."""
    ids = Counter(given["id"] for _, given in every if "id" in given)
    found = [f"the id {each} stands {count} times" for each, count in ids.items() if count > 1]
    named = {key for _, given in every for name in MEANT for key in given.get(name, "").split()}
    return found + [f"nothing has the id {each}" for each in sorted(named - set(ids))]


def faults_of_the_page(every: list[tuple[str, dict[str, str]]]) -> list[str]:
    """What is wrong with a whole page: more than one place that has the focus, a level of headings that is
    passed over.
    """
    focused = [name for name, given in every if "autofocus" in given]
    found = [f"{', '.join(focused)} all have the focus"] if len(focused) > 1 else []
    levels = [int(name[1]) for name, _ in every if HEADING.fullmatch(name)]
    return found + [
        f"a heading of level {lower} after one of level {upper}"
        for upper, lower in pairwise(levels)
        if lower > upper + 1
    ]


def left_to_the_browser(every: list[tuple[str, dict[str, str]]]) -> list[str]:
    """What a browser checks by itself, with words that are no part of the page and often not spoken."""
    found, checked = [], False
    for name, given in every:
        if name == "form":
            checked = "novalidate" not in given
        if checked and "required" in given:
            found.append(f"the browser checks {given.get('name', name)} by itself")
    return found


def faults(page: str) -> list[str]:
    """What is wrong with a page, or with a part of one."""
    every = tags(page)
    found = [fault for name, given in every for fault in faults_of_tag(name, given)]
    found += [f"{each} runs together" for each in RUN_TOGETHER.findall(page)]
    found += left_to_the_browser(every)
    return found + (faults_between(every) + faults_of_the_page(every) if "<html" in page else [])
