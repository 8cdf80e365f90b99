"""What a person types of an age, a date of birth or a day, and the answer that it is."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decisions.core.answers import months_between
from decisions.core.policy import Question
from decisions.questionnaire.typed import AGE_UNITS, DATE_HINT, age, ages, as_typed, birth, date, day

AGE = Question(
    "age",
    "age",
    "Age",
    "Age",
    "all",
    unit="months",
    at_least=Decimal(0),
    at_most=Decimal(1500),
    birth_date="born",
)
DAY = dt.date(2026, 3, 1)
ONE_DAY = dt.timedelta(days=1)


def typed(text, unit="months", on=DAY):
    return age(AGE, text, unit, on)


def between(low, high):
    return {"at_least": low, "at_most": high}


EXACT = {
    "7": 7,
    "0": 0,
    "07": 7,
    "7.0": 7,
    "+7": 7,
    "7 months": 7,
    "7 mo": 7,
    "7mo.": 7,
    "7 m": 7,
    "7-month-old": 7,
    "7 months old": 7,
    "7 m/o": 7,
    "aged 7 months": 7,
    "age: 7 months": 7,
    "7 weeks": 1,
    "7 wk": 1,
    "7w": 1,
    "6 weeks 3 days": 1,
    "6 weeks and 3 days": 1,
    "6 weeks, 3 days": 1,
    "6w3d": 1,
    "6w 3d": 1,
    "6+3 weeks": 1,
    "6+3/7 weeks": 1,
    "6 3/7 weeks": 1,
    "27 days": 0,
    "28 days": 1,
    "1y 6m": 18,
    "1y6m": 18,
    "1 year 6 months": 18,
    "1 year and 6 months": 18,
    "18 mo": 18,
    "1.5 years": 18,
    "1,5 years": 18,
    "1½ years": 18,
    "1 1/2 years": 18,
    "½ year": 6,
    "2 years 0 months": 24,
    "3 months 2 weeks": 3,
    "36 hours": 0,
    "2 days 12 hours": 0,
    "six weeks": 1,
    "two months": 2,
    "a month": 1,
    "under a month": 0,
    "half a year": 6,
    "7 months chronological": 7,
    "7-month-old girl": 7,
    "infant, 7 months": 7,
    "neonate, DOL 2": 0,
    "125 years": 1500,
}


@pytest.mark.parametrize(("text", "months"), EXACT.items(), ids=EXACT)
def test_an_age_of_one_completed_month_is_that_month(text, months):
    read = typed(text)

    assert (read.raw, read.error, read.doubt) == (months, "", "")
    assert read.words == text


INTERVALS = {
    "1 year": between(12, 23),
    "2 years": between(24, 35),
    "2 yo": between(24, 35),
    "2-year-old": between(24, 35),
    "2 yo M": between(24, 35),
    "2 y.o.": between(24, 35),
    "one year": between(12, 23),
    "term newborn": between(0, 1),
    "newborn girl": between(0, 1),
    "0 years": between(0, 11),
    "newborn": between(0, 1),
    "Neonate": between(0, 1),
    "2-3 months": between(2, 3),
    "2–3 mo": between(2, 3),
    "2 to 3": between(2, 3),
    "between 2 and 3 months": between(2, 3),
    "6 weeks to 3 months": between(1, 3),
    "6-9 weeks": between(1, 2),
    "1-2 years": between(12, 35),
    "1 year to 18 months": between(12, 18),
    "1y 6m to 2 years": between(18, 35),
    "under 1 year": {"below": 12},
    "less than 12 months": {"below": 12},
    "younger than 1 year": {"below": 12},
    "<6": {"below": 6},
    "over 6 months": {"above": 6},
    ">6 mo": {"above": 6},
    "older than 18 months": {"above": 18},
    "over 1y 6m": {"above": 18},
    "over 2 years": {"at_least": 24},
    "older than 2 years": {"at_least": 24},
    "2 years or older": {"at_least": 24},
    "2+ years": {"at_least": 24},
    "at least 6 weeks": {"at_least": 1},
    "over 8 weeks": {"at_least": 1},
    "6 months or older": {"at_least": 6},
    "up to 6 months": {"at_most": 6},
    "6 months or less": {"at_most": 6},
    "no more than 6 months": {"at_most": 6},
    "6 weeks or younger": {"at_most": 1},
    "within 6 weeks": {"at_most": 1},
    "up to 1 year": {"at_most": 23},
    "at least 6 and under 9 months": {"at_least": 6, "below": 9},
    "over 2 weeks and under 3 months": {"at_least": 0, "below": 3},
}


@pytest.mark.parametrize(("text", "raw"), INTERVALS.items(), ids=INTERVALS)
def test_an_age_that_leaves_several_months_is_their_bounds(text, raw):
    read = typed(text)

    assert (read.raw, read.error, read.doubt) == (raw, "", "")


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("under 1 month", 0),
        ("over 5 and under 7 months", 6),
        ("3-3 months", 3),
        ("DOL 3", 0),
        ("2-3 weeks", 0),
        ("under 2 weeks", 0),
        ("over 1499", 1500),
    ],
)
def test_bounds_that_leave_one_month_are_that_month(text, months):
    assert typed(text).raw == months


@pytest.mark.parametrize(
    ("text", "unit", "raw"),
    [
        ("7", "months", 7),
        ("7", "weeks", 1),
        ("30", "days", 1),
        ("2", "years", between(24, 35)),
        ("1.5", "years", 18),
        ("6+3", "weeks", 1),
        ("6-9", "weeks", between(1, 2)),
        ("under 1", "years", {"below": 12}),
        ("7 months", "years", 7),
        ("2 weeks to 3", "months", 0),
    ],
)
def test_the_unit_of_the_field_counts_where_none_is_typed(text, unit, raw):
    assert typed(text, unit).raw == raw


@pytest.mark.parametrize(
    ("text", "unit", "words"),
    [
        ("7", "weeks", "7 weeks"),
        ("1", "years", "1 year"),
        ("6-9", "weeks", "6-9 weeks"),
        ("under 2", "years", "under 2 years"),
        ("6+3", "weeks", "6+3 weeks"),
        ("6 or less", "weeks", "6 or less (weeks)"),
        ("7", "months", "7"),
        ("7 weeks", "years", "7 weeks"),
        ("7w", "days", "7w"),
        ("newborn", "weeks", "newborn"),
    ],
)
def test_the_unit_of_the_field_is_kept_with_what_was_typed_without_one(text, unit, words):
    assert typed(text, unit).words == words


def test_weeks_and_days_together_without_their_unit_are_no_months():
    assert "is not an age" in typed("6+3", "months").error


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("7", ""),
        ("7 months", ""),
        ("7 weeks", "This is 1 completed month."),
        ("2 years", "This is 24 to 35 completed months."),
        ("1.5 years", "This is 18 completed months."),
        ("under 1 year", "This is under 12 completed months."),
        ("over 6 months", "This is over 6 completed months, so 7 or more."),
        ("over 2 years", "This is at least 24 completed months."),
        ("2-3", "This is 2 to 3 completed months."),
        ("newborn", "A newborn is 0 to 28 days old. This is 0 to 1 completed month."),
        ("DOL 3", "The day of birth is day of life 0 or 1. This is 0 completed months."),
    ],
)
def test_a_note_says_how_many_completed_months_an_age_is(text, note):
    assert typed(text).note == note


@pytest.mark.parametrize(
    "text",
    ["DOL 31", "DOL31", "dol #31", "day of life 31", "31st day of life", "31 days of life", "day 31 of life"],
)
def test_a_day_of_life_counts_the_day_of_birth_as_the_first_or_not(text):
    # Born 30 or 31 days before: on January 30 or on January 29.
    assert typed(text, on=dt.date(2026, 3, 1)).raw == 1
    assert typed(text, on=dt.date(2026, 1, 31)).raw == between(0, 1)


@pytest.mark.parametrize(
    "text", ["DOL 0", "DOL 1", "DOL 2-3", "day of life 0", "first day of life", "third day of life"]
)
def test_the_first_days_of_life_are_no_completed_month(text):
    assert typed(text).raw == 0


@pytest.mark.parametrize("text", ["DOL 2-40", "day of life 2 to 40"])
def test_days_of_life_go_from_the_first_to_the_last(text):
    assert typed(text).raw == between(0, 1)


def test_a_newborn_of_28_days_has_completed_a_month_only_after_a_february_of_28():
    assert typed("newborn", on=dt.date(2024, 3, 1)).raw == 0
    assert typed("newborn", on=dt.date(2026, 3, 1)).raw == between(0, 1)
    assert typed("newborn", on=dt.date(2026, 3, 2)).raw == between(0, 1)
    assert typed("newborn", on=dt.date(2026, 4, 1)).raw == 0


def test_the_same_days_are_other_months_on_another_day():
    assert typed("52 weeks", on=dt.date(2026, 3, 1)).raw == between(11, 12)
    assert typed("365 days", on=dt.date(2025, 2, 28)).raw == 11
    assert typed("365 days", on=dt.date(2026, 3, 1)).raw == 12


def test_an_age_in_weeks_needs_a_day_and_one_in_months_does_not():
    assert "needs a date of service" in typed("7 weeks", on=None).error
    assert "needs a date of service" in typed("newborn", on=None).error
    assert typed("7", on=None).raw == 7
    assert typed("over 2 years", on=None).raw == {"at_least": 24}


@pytest.mark.parametrize(
    "text", ["several months", "a few weeks", "a couple of months", "infant", "~4 months"]
)
def test_an_age_without_bounds_is_refused_with_how_they_are_given(text):
    read = typed(text)

    assert read.raw is None
    assert read.error == (
        f"“{text}” leaves its bounds open. Write them, as in 2 to 3 months, at least 6 weeks or under 1 year."
    )
    assert not read.offers


@pytest.mark.parametrize(
    ("text", "offered", "raw"),
    [
        ("about 2-3 months", "2-3 months", between(2, 3)),
        ("6-3 months", "3 to 6 months", between(3, 6)),
        ("9 to 6 weeks", "6 to 9 weeks", between(1, 2)),
        ("2 or 3 months", "2 to 3 months", between(2, 3)),
        ("3 or 2", "2 to 3 months", between(2, 3)),
        ("1.5 months", "1 month", 1),
        ("2.5 months", "2 months", 2),
        ("4½ months old", "4 months", 4),
        ("1.3 years", "15 months", 15),
        ("1.50000000000000000000000000000000000001 years", "18 months", 18),
    ],
)
def test_what_is_not_taken_silently_is_offered_to_be_confirmed(text, offered, raw):
    read = typed(text)

    assert read.raw is None
    assert read.error
    (offer,) = read.offers
    assert (offer.label, offer.text, offer.raw) == (f"Use {offered}", offered, raw)
    assert typed(offer.text).raw == raw


@pytest.mark.parametrize(
    "text",
    [
        "-3",
        "-3 weeks",
        "1501",
        "126 years",
        "over 1600 months",
        "99999999999999999999 days",
        "2-1600",
        "7000 weeks",
    ],
)
def test_an_age_outside_of_the_limits_is_refused_with_them(text):
    assert typed(text).error == f"{text} is outside the limits; allowed: from 0 up to 1500 months."


@pytest.mark.parametrize("text", ["under 0", "over 6 and under 6 months", "over 1500", "under 0 days"])
def test_bounds_that_leave_no_month_are_refused_with_the_limits(text):
    assert typed(text).error == f"“{text}” leaves no month; allowed: from 0 up to 1500 months."


@pytest.mark.parametrize(
    "text",
    [
        "abc",
        "5 5",
        "7 kg",
        "7 mm",
        "6/12",
        "5 x 3 months",
        "2 weeks 3 months",
        "2 weeks 3 weeks",
        "1.5 years 2 months",
        "1y 6m to 2",
        "1,000",
        "months",
        "७ months",
        "7\0",
        "\u202e7",
        "over",
        "1e3",
        "9" * 41,
        "7 " * 3000,
    ],
)
def test_what_is_no_age_is_refused_with_what_is_read(text):
    read = typed(text)

    assert read.raw is None
    assert "is not an age; allowed: a number of months from 0 up to 1500 months." in read.error
    assert not read.offers


@pytest.mark.parametrize(
    "text", ["2024-03", "March 2024", "2024", "03/2024", "2024-03-01", "1 March 2024", "3/1/2024"]
)
def test_a_date_is_no_age_and_is_sent_to_the_birth_date(text):
    assert typed(text).error == f"“{text}” is a date. Write it as the birth date, or give the age."


@pytest.mark.parametrize(
    "text", ["32 weeks gestation", "3 months corrected", "GA 32 weeks", "corrected age 2 months"]
)
def test_an_age_that_is_not_since_birth_is_refused(text):
    assert "is not the age since birth" in typed(text).error


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("36", ""),
        ("37", "Is it really 37 months? For years, write 37 years."),
        ("40", "Is it really 40 months? For years, write 40 years."),
        ("under 40", "Is it really under 40 months? For years, write under 40 years."),
        ("30-40", "Is it really 30 to 40 months? For years, write 30 to 40 years."),
        ("40 months", ""),
        ("40 years", ""),
        ("125", "Is it really 125 months? For years, write 125 years."),
        ("126", "Is it really 126 months?"),
        ("21+6 weeks", ""),
        ("22+0 weeks", "Is this the age since birth? The weeks of the pregnancy do not count."),
        ("32+3 weeks", "Is this the age since birth? The weeks of the pregnancy do not count."),
        ("32 weeks 3 days", ""),
    ],
)
def test_an_age_that_may_be_meant_otherwise_is_questioned(text, doubt):
    read = typed(text)

    assert read.doubt == doubt
    assert read.raw is not None


def test_the_years_of_an_adult_are_offered_with_the_doubt():
    (offer,) = typed("40").offers

    assert (offer.label, offer.text, offer.raw) == ("Use 40 years", "40 years", between(480, 491))
    assert not typed("40", "years").doubt


# By brute force: every day of birth, counted back from every day of some years.

DAYS = [dt.date(2023, 6, 1) + n * ONE_DAY for n in range(3 * 366)]


def left(births, on):
    months = [months_between(born, on) for born in births]
    return [("at_least", min(months)), ("at_most", max(months))]


@pytest.mark.parametrize("weeks", [0, 1, 4, 5, 7, 8, 9, 13, 26, 27, 52, 53, 104, 105, 500])
def test_weeks_are_the_months_that_any_of_their_seven_days_of_birth_gives(weeks):
    said = ages.age(f"{weeks} weeks", "months")
    for on in DAYS:
        born = [on - dt.timedelta(days=7 * weeks + more) for more in range(7)]
        assert said.completed("is", on) == left(born, on)


@pytest.mark.parametrize("days", [0, 1, 27, 28, 29, 30, 31, 45, 59, 60, 89, 182, 364, 365, 366, 730, 731])
def test_days_are_the_months_of_the_one_day_of_birth(days):
    said = ages.age(f"{days} days", "months")
    for on in DAYS:
        assert said.completed("is", on) == left([on - dt.timedelta(days=days)], on)


@pytest.mark.parametrize("weeks", [1, 4, 5, 6, 9, 26, 52, 53])
def test_bounds_in_weeks_are_those_of_the_days_of_birth_that_they_leave(weeks):
    said = ages.age(f"{weeks} weeks", "months")
    for on in DAYS[::7]:
        days = range(7 * weeks + 8)
        younger = [on - dt.timedelta(days=n) for n in days if n < 7 * weeks]
        up_to = [on - dt.timedelta(days=n) for n in days if n < 7 * weeks + 7]
        assert said.completed("below", on) == left(younger, on)[1:]
        assert said.completed("at_most", on) == left(up_to, on)[1:]
        assert said.completed("at_least", on)[0][1] == months_between(on - dt.timedelta(days=7 * weeks), on)
        assert said.completed("above", on)[0][1] == months_between(on - dt.timedelta(days=7 * weeks + 1), on)


@pytest.mark.parametrize(
    ("months", "days"), [(0, 5), (1, 0), (1, 1), (1, 15), (1, 29), (2, 30), (11, 3), (23, 28)]
)
def test_months_and_days_are_counted_on_from_the_day_that_completes_the_months(months, days):
    said = ages.age(f"{months} months {days} days", "months")
    for on in DAYS:
        completed_on = on - dt.timedelta(days=days)
        window = [completed_on - dt.timedelta(days=31 * months + 5 - n) for n in range(4 * months + 10)]
        born = [
            each
            for each in window
            if months_between(each, completed_on) >= months > months_between(each, completed_on - ONE_DAY)
        ]
        found = said.completed("is", on)
        if born:
            assert found == left(born, on)
        else:
            assert found[0][1] == found[1][1]


def test_years_are_all_months_that_some_day_of_birth_gives():
    said = ages.age("1 year", "months")
    for on in DAYS[::30]:
        born = [on - dt.timedelta(days=n) for n in range(800)]
        assert said.completed("is", on) == left([b for b in born if months_between(b, on) // 12 == 1], on)


# Dates of birth.


@pytest.mark.parametrize(
    ("text", "raw", "note"),
    [
        ("2024-03", "2024-03", "This is 23 to 24 completed months."),
        ("2024/3", "2024-03", "This is 23 to 24 completed months."),
        ("March 2024", "2024-03", "This is 23 to 24 completed months."),
        ("Mar. 2024", "2024-03", "This is 23 to 24 completed months."),
        ("mar 2024", "2024-03", "This is 23 to 24 completed months."),
        ("2024 March", "2024-03", "This is 23 to 24 completed months."),
        ("Sept 2024", "2024-09", "This is 17 to 18 completed months."),
        ("03/2024", "2024-03", "This is 23 to 24 completed months."),
        ("3.2024", "2024-03", "This is 23 to 24 completed months."),
        ("2024", "2024", "This is 14 to 26 completed months."),
        ("2026-03", "2026-03", "This is 0 completed months."),
        ("2026", "2026", "This is 0 to 2 completed months."),
        ("2024-02", "2024-02", "This is 24 to 25 completed months."),
        ("2024-02-29", "2024-02-29", "This is 24 completed months."),
        ("2026-03-01", "2026-03-01", "This is 0 completed months."),
        ("2024/3/1", "2024-03-01", "This is 24 completed months."),
        ("1 March 2024", "2024-03-01", "This is 24 completed months."),
        ("1st of March 2024", "2024-03-01", "This is 24 completed months."),
        ("Mar 1, 2024", "2024-03-01", "This is 24 completed months."),
        ("01MAR2024", "2024-03-01", "This is 24 completed months."),
        ("1-Mar-2024", "2024-03-01", "This is 24 completed months."),
    ],
)
def test_a_date_of_birth_is_a_day_a_month_or_a_year(text, raw, note):
    read = birth(AGE, text, DAY)

    assert (read.raw, read.note, read.error) == (raw, note, "")


@pytest.mark.parametrize("text", ["2026-03-02", "2026-04", "2027", "April 2026"])
def test_a_birth_after_the_day_is_refused(text):
    assert birth(AGE, text, DAY).error == (
        f"The birth date {text} is after today, 2026-03-01; allowed: up to that day."
    )
    assert birth(AGE, text, DAY, served=True).error == (
        f"The birth date {text} is after the date of service 2026-03-01; allowed: up to that day."
    )


@pytest.mark.parametrize("text", ["1900", "1901-01", "1901-02-01"])
def test_a_birth_too_long_ago_is_refused(text):
    assert "gives an age outside the limits" in birth(AGE, text, DAY).error


@pytest.mark.parametrize("text", ["1901", "1901-03", "1901-03-01"])
def test_a_birth_at_the_highest_age_is_taken(text):
    assert birth(AGE, text, DAY).raw == text


def test_a_month_that_is_partly_too_long_ago_counts_up_to_the_highest_age():
    assert birth(AGE, "1901-02", DAY).note == "This is 1500 completed months."


@pytest.mark.parametrize(
    "text", ["2024-13", "0000", "2024-02-30", "24-03", "3/24", "7", "yesterday", "\0", "9" * 500]
)
def test_what_is_no_date_of_birth_is_refused_with_what_is_read(text):
    said = "is not a day of the calendar; allowed: a day, as in 2026-03-01, 3/25/2026 or March 1, 2026, or"
    assert said in birth(AGE, text, DAY).error


def test_a_birth_date_needs_a_date_of_service_that_can_be_read():
    assert birth(AGE, "2024-03", None).error == "The birth date needs a date of service that can be read."


# Days.


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2026-03-01",
            " 2026-03-01 ",
            "2026/3/1",
            "2026.03.01",
            "1 March 2026",
            "Mar 1, 2026",
            "March 1 2026",
        ),
        *("1st of March, 2026", "01-MAR-2026", "2026 March 1", "2026‑03‑01"),
    ],
)
def test_a_day_is_read_in_every_spelling_with_one_meaning(text):
    assert date(text).raw == "2026-03-01"


YEARS = range(2006, 2032)


@pytest.mark.parametrize(
    "text", ["3/25/2026", "25.3.2026", "03-25-26", "25 Mar 26", "Mar. 25th, '26", "3 / 25 / 26"]
)
def test_a_day_that_can_be_no_other_is_taken_and_shown_back(text):
    for read in (date(text, YEARS), date(f" {text}", YEARS)):
        assert (read.raw, read.note, read.error) == ("2026-03-25", "Read as 2026-03-25.", "")


def test_a_day_that_stands_there_as_it_is_kept_is_not_shown_back():
    assert [date(text).note for text in ("2026-03-25", "2026/3/25")] == ["", ""]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("03/01/2026", ["2026-03-01", "2026-01-03"]),
        ("1.3.2026", ["2026-01-03", "2026-03-01"]),
        ("1–3–2026", ["2026-01-03", "2026-03-01"]),
        ("3/1/26", ["2026-03-01", "2026-01-03"]),
    ],
)
def test_of_two_days_both_are_named_in_words_and_offered(text, days):
    read = date(text, YEARS)

    assert read.raw is None
    assert [(offer.text, offer.raw) for offer in read.offers] == [(each, each) for each in days]
    assert read.error.startswith(f"“{text}” can be {read.offers[0].label} or {read.offers[1].label}.")
    assert {offer.label for offer in read.offers} == {"March 1, 2026", "January 3, 2026"}
    assert day(text) == text


@pytest.mark.parametrize(
    ("text", "years", "raw"),
    [
        ("3/25/30", range(1930, 2030), "1930-03-25"),
        ("3/25/30", range(1931, 2031), "2030-03-25"),
        ("3/25/30", range(1931, 2030), None),
        ("3/25/30", range(1930, 2031), None),
        ("3/25/30", range(0), None),
    ],
)
def test_a_year_of_two_digits_is_taken_where_one_century_alone_is_possible(text, years, raw):
    assert date(text, years).raw == raw


def test_of_two_centuries_both_are_offered_and_of_more_days_none_is():
    assert [offer.label for offer in birth(AGE, "3/25/26", dt.date(2026, 11, 30)).offers] == [
        "March 25, 1926",
        "March 25, 2026",
    ]
    several = birth(AGE, "3/4/26", dt.date(2026, 11, 30))
    assert several.offers == ()
    assert several.error == "“3/4/26” can be several days. Write the year with four digits."


def test_a_year_of_two_digits_that_may_stand_first_is_not_passed_over():
    """In figures alone 04-03-26 is also the short of 2004-03-26."""
    assert [str(offer.raw) for offer in date("13-03-26", YEARS).offers] == ["2026-03-13", "2013-03-26"]


@pytest.mark.parametrize("text", ["March 2026", "2026", "2026-03", "03/2026"])
def test_a_month_or_a_year_is_no_day(text):
    assert date(text).error == f"“{text}” is not one day. Write its day too, as in 2026-03-01."


@pytest.mark.parametrize(
    "text", ["2026-02-30", "2026-13-01", "31/31/2026", "Feb 30, 2026", "tomorrow", "20260301", "\0"]
)
def test_what_no_calendar_has_is_refused_with_the_forms_that_the_hint_names(text):
    allowed = "allowed: a day, as in 2026-03-01, 3/25/2026 or March 1, 2026."
    assert f"is not a day of the calendar; {allowed}" in date(text).error
    assert allowed.endswith(DATE_HINT.removeprefix("A"))


# What must never break.


@given(st.integers(0, 1500), st.sampled_from(["", " ", " months", "mo", " m."]))
def test_every_plain_number_of_months_still_means_what_it_meant(months, unit):
    assert typed(f"{months}{unit}").raw == months


@given(
    st.sampled_from(["above", "at_least", None]),
    st.sampled_from(["below", "at_most", None]),
    st.integers(1, 700),
    st.integers(3, 700),
)
@settings(max_examples=300)
def test_what_is_written_of_bounds_can_be_typed_again(lower, upper, low, more):
    ends = dict(zip((lower, upper), (low, low + more), strict=True))
    raw = {name: end for name, end in ends.items() if name}

    if raw and raw != {"below": 1}:
        assert typed(as_typed(AGE, raw)).raw == raw


WORDS = [
    *(
        "over",
        "under",
        "at least",
        "up to",
        "between",
        "and",
        "or",
        "younger",
        "to",
        "-",
        "+",
        "old",
        "newborn",
    ),
    *(
        "DOL",
        "several",
        "about",
        "6",
        "3.5",
        "0",
        "1/2",
        "/7",
        "weeks",
        "w",
        "d",
        "months",
        "mo",
        "y",
        "years",
    ),
    *("March", "2024", "03", "~", "?", "<", ">", "=", "\0", "\u202e", "\u200f", "٣", "½", "h", "99999999999"),
]


@given(
    st.lists(st.sampled_from(WORDS), max_size=12),
    st.sampled_from(["", " "]),
    st.sampled_from(AGE_UNITS),
    st.dates() | st.none(),
)
@settings(max_examples=300)
def test_words_in_any_order_give_an_answer_within_the_limits_or_a_message(words, blank, unit, on):
    check(age(AGE, blank.join(words), unit, on))
    check(birth(AGE, blank.join(words), on))
    check(date(blank.join(words)))


@given(st.text(max_size=200), st.sampled_from(AGE_UNITS))
def test_any_text_gives_an_answer_within_the_limits_or_a_message(text, unit):
    check(age(AGE, text, unit, DAY))
    check(birth(AGE, text, DAY))
    check(date(text))


def check(read):
    assert (read.raw is None) == bool(read.error or not read.words)
    if isinstance(read.raw, dict):
        assert all(0 <= end <= 1500 for end in read.raw.values())
