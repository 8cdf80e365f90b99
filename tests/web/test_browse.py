"""The policy library: every page of every edition, derived from what the library holds."""

import hashlib
import html
import re
import shutil
from html.parser import HTMLParser
from urllib.parse import urldefrag, urlsplit

import pytest

from decisions.services import library

pytestmark = pytest.mark.django_db
PAGES = ("policy", "logic", "codes", "readings", "references", "proof", "source")
EDITIONS = [
    pytest.param(policy, id=f"{policy.id}-{policy.edition}")
    for editions in library().editions.values()
    for policy in editions
]
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


def address(policy, page="policy"):
    folder = f"/policies/{policy.id}/{policy.edition}/"
    return folder if page == "policy" else f"{folder}{page}/"


class Words(HTMLParser):
    """The words of each element that has an id, without remarks of ours inside it."""

    def __init__(self, text):
        super().__init__()
        self.open, self.words, self.ids = [], {}, []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if "id" in attributes:
            self.ids.append(attributes["id"])
            self.words.setdefault(attributes["id"], "")
        for _, name, remark in self.open:
            if name and tag in ("td", "th") and not remark:
                self.words[name] += " "
        if tag not in VOID:
            remark = "cite-remark" in (attributes.get("class") or "") or any(o[2] for o in self.open)
            self.open.append((tag, attributes.get("id"), remark))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if not any(remark for _, _, remark in self.open):
            for _, name, _ in self.open:
                if name:
                    self.words[name] += data


def squeezed(text):
    return " ".join(text.split())


def text_of(response):
    return response.content.decode()


@pytest.mark.parametrize("policy", EDITIONS)
def test_every_passage_stands_once_in_the_reader_word_for_word_at_its_id(client, policy):
    shown = Words(text_of(client.get(address(policy))))

    for passage in policy.passages.values():
        assert shown.ids.count(passage.id) == 1
        assert squeezed(shown.words[passage.id]) == squeezed(passage.quote)


@pytest.mark.parametrize("policy", EDITIONS)
@pytest.mark.parametrize("page", PAGES)
def test_no_id_stands_twice_on_a_page(client, policy, page):
    ids = Words(text_of(client.get(address(policy, page)))).ids

    assert sorted(ids) == sorted(set(ids))


def links(response):
    return re.findall(r'<a\b[^>]*\shref="([^"]*)"', text_of(response))


def test_every_link_within_the_library_leads_to_a_page_and_to_a_place_on_it(client):
    """A crawl from the first page. Checks are left out: they are begun, not linked."""
    waiting, pages, wanted = ["/", "/policies/compare/"], {}, set()
    while waiting:
        page = waiting.pop()
        if page in pages:
            continue
        response = client.get(page, follow=True)
        assert response.status_code == 200, page
        if response["Content-Type"].startswith("text/plain"):
            pages[page] = []
            continue
        pages[page] = Words(text_of(response)).ids
        for link in links(response):
            if not urlsplit(link).netloc:
                target, place = urldefrag(link)
                wanted.add((page, target or page, place))
                waiting.append(target or page)

    assert len(pages) > len(PAGES) * len(EDITIONS)
    assert [link for link in wanted if link[2] and link[2] not in pages[link[1]]] == []


def test_the_list_tells_each_edition_with_its_state_its_dates_and_its_counts(client):
    page = squeezed(re.sub(r"<[^>]+>", " ", text_of(client.get("/policies/"))))

    for editions in library().editions.values():
        for policy in editions:
            assert policy.source.title in page
            assert str(policy.first_day) in page
            assert policy.fingerprint[:12] in page
            assert f"{len(policy.criteria)} criteria" in page
            assert f"{len(policy.passages)} passages" in page


@pytest.mark.parametrize("policy", EDITIONS)
@pytest.mark.parametrize("page", PAGES)
def test_an_edition_past_its_next_review_date_says_so_on_each_of_its_pages(client, policy, page, monkeypatch):
    after = policy.next_review and policy.next_review.replace(year=policy.next_review.year + 1)
    monkeypatch.setattr("decisions.browse.services.today", lambda: after or policy.first_day)

    words = squeezed(re.sub(r"<[^>]+>", " ", text_of(client.get(address(policy, page)))))

    assert (f"Past its next review date {policy.next_review}" in words) == bool(after)


def test_an_edition_is_in_force_on_its_next_review_date_and_overdue_the_day_after(client, monkeypatch):
    policy = next(p for editions in library().editions.values() for p in editions if p.next_review)
    for days, state in ((0, "in_force"), (1, "overdue")):
        day = policy.next_review.fromordinal(policy.next_review.toordinal() + days)
        monkeypatch.setattr("decisions.browse.services.today", lambda day=day: day)

        response = client.get(address(policy))

        assert response.context["edition"].state.id == state


def test_an_edition_before_its_first_day_says_from_when_it_is_in_force(client, monkeypatch):
    policy = next(iter(library().editions.values()))[0]
    before = policy.first_day.fromordinal(policy.first_day.toordinal() - 1)
    monkeypatch.setattr("decisions.browse.services.today", lambda: before)

    assert client.get(address(policy)).context["edition"].state.id == "not_begun"


def test_a_policy_without_an_edition_in_its_address_leads_to_the_one_in_force(client):
    for policy_id, editions in library().editions.items():
        response = client.get(f"/policies/{policy_id}/")

        assert response.status_code == 302
        assert response["Location"] in {address(policy) for policy in editions}


@pytest.mark.parametrize(
    "place",
    ["nope/", "nope/2024-01-01/", "nope/2024-01-01/codes/", "%01/", "..%2f..%2f/", "compare/2024-01-01/"],
)
def test_an_address_of_nothing_is_not_found(client, place):
    assert client.get(f"/policies/{place}").status_code == 404


@pytest.mark.parametrize("page", [*PAGES, "source/text"])
def test_an_edition_that_is_not_there_is_not_found_on_any_page(client, page):
    policy_id = next(iter(library().editions))

    assert client.get(f"/policies/{policy_id}/1900-01-01/{page}/").status_code == 404


def test_pages_are_read_and_never_posted_to(client):
    assert client.post("/policies/").status_code == 405


@pytest.mark.parametrize("policy", EDITIONS)
def test_a_passage_tells_which_criteria_and_readings_use_it(client, policy):
    page = text_of(client.get(address(policy)))

    for criterion in policy.criteria:
        assert f'{address(policy, "logic")}#{criterion.id}"' in page
    for reading in policy.readings.values():
        quoted = [*reading.passages, *(p for support in reading.support for p in support.passages)]
        if quoted:
            assert f'{address(policy, "readings")}#{reading.id}"' in page


@pytest.mark.parametrize("policy", EDITIONS)
def test_every_citation_leads_to_its_entry_or_is_marked_in_words(client, policy):
    page = text_of(client.get(address(policy)))

    lost = [citation for citation in policy.citations if not citation.reference]
    assert page.count("> does not resolve</span>") == len(lost)
    assert page.count('<a class="cite"') == len(policy.citations) - len(lost)


@pytest.mark.parametrize("policy", EDITIONS)
def test_an_entry_of_another_policys_list_is_told_as_that(client, policy):
    page = text_of(client.get(address(policy)))
    elsewhere = [citation for citation in policy.citations if ":" in citation.reference]

    assert page.count("> listed in the ") == len(elsewhere)
    for citation in elsewhere:
        holder, entry = library().reference(citation.reference, policy)
        assert f'href="{address(holder, "references")}#{entry.id}"' in page
        assert f"listed in the {holder.source.short}" in page


@pytest.mark.parametrize("policy", EDITIONS)
def test_the_references_tell_which_entries_are_never_cited(client, policy):
    page = text_of(client.get(address(policy, "references")))
    cited = {citation.reference for citation in policy.citations}

    assert page.count(">not cited</span>") == len(set(policy.references) - cited)
    for reference in policy.references.values():
        if reference.doi:
            assert f'href="https://doi.org/{reference.doi}"' in page
    if not policy.references:
        assert "The text has no list of references." in page


@pytest.mark.parametrize("policy", EDITIONS)
def test_the_readings_tell_both_positions_why_and_where_they_act(client, policy):
    page = html.unescape(text_of(client.get(address(policy, "readings"))))

    for reading in policy.readings.values():
        for words in (reading.title, reading.question, reading.one, reading.other, reading.why):
            assert words in page
    open_readings = [reading for reading in policy.readings.values() if reading.taken == "open"]
    assert page.count("Open: neither position is taken") == len(open_readings)


@pytest.mark.parametrize("policy", EDITIONS)
def test_the_source_is_the_file_itself_as_plain_text(client, policy):
    response = client.get(address(policy, "source/text"))

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert hashlib.sha256(response.content).hexdigest() == policy.source.sha256


@pytest.mark.parametrize("policy", EDITIONS)
def test_the_source_page_tells_attributes_notice_and_what_the_files_are_known_by(client, policy):
    page = text_of(client.get(address(policy, "source")))

    assert policy.source.sha256 in page
    assert policy.fingerprint in page
    assert policy.source.notice in page
    for label, words in policy.source.attributes:
        assert label in page
        assert html.escape(words) in page


def test_a_broken_edition_is_told_plainly_and_the_others_are_served(client, settings, tmp_path):
    policies = tmp_path / "policies"
    shutil.copytree(settings.POLICIES, policies)
    broken, *others = [p for editions in library().editions.values() for p in editions]
    file = policies / broken.topic.id / broken.id / broken.edition / "policy.toml"
    file.write_text("first_day = ", encoding="utf-8")
    settings.POLICIES = policies

    for page in ("/", "/policies/"):
        shown = text_of(client.get(page))
        assert f"{broken.topic.id}/{broken.id}/{broken.edition}/policy.toml" in shown
        assert str(tmp_path) not in shown
    assert client.get(address(broken)).status_code == 404
    assert all(client.get(address(other)).status_code == 200 for other in others)


@pytest.fixture
def succeeded(settings, tmp_path):
    """The first policy with a second edition a year after the first, and nothing else changed."""
    policies = tmp_path / "policies"
    shutil.copytree(settings.POLICIES, policies)
    first = next(iter(library().editions.values()))[0]
    later = str(first.first_day.replace(year=first.first_day.year + 1))
    folder = policies / first.topic.id / first.id
    shutil.copytree(folder / first.edition, folder / later)
    file = folder / later / "policy.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(f"first_day = {first.edition}", f"first_day = {later}"), encoding="utf-8")
    # From here on, for a library is read once for each folder.
    settings.POLICIES = policies
    return library().editions[first.id]


def test_an_edition_with_a_successor_says_by_which_it_was_replaced(client, succeeded):
    first, second = succeeded

    page = squeezed(re.sub(r"<[^>]+>", " ", text_of(client.get(address(first)))))

    assert f"Replaced by the edition of {second.edition}" in page
    assert client.get(f"/policies/{first.id}/")["Location"] == address(second)
    assert f'href="{address(first)}"' in text_of(client.get(address(second)))


def test_two_editions_of_one_policy_can_be_compared(client, succeeded):
    one, other = (f"{policy.id}/{policy.edition}" for policy in succeeded)

    response = client.get("/policies/compare/", {"one": one, "other": other})

    assert all(pair.same and pair.worded_alike for pair in response.context["pairs"])


@pytest.mark.parametrize("name", ["readings", "logic"])
@pytest.mark.parametrize("policy", EDITIONS)
def test_an_item_of_a_list_is_quoted_with_a_sign_for_what_is_left_out(client, policy, name):
    page = text_of(client.get(address(policy, name)))
    first = next(block for block in page.split("<blockquote")[1:] if "#indication-stigmata" in block)

    assert [">[…]</div>" in part for part in first.split("<p>")] == [True, True]
