"""How a team's cases are shared out: the rules of the team, and who is away."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from decisions.models.people import LineOfBusiness, Person, Team
from decisions.models.reviews import Case


class Absence(models.Model):
    """Days on which somebody is away, the first and the last included. Rules give them no case meanwhile."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="absences", db_index=False)
    since = models.DateField()
    until = models.DateField()
    said_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    said_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (models.Index(fields=("person", "until"), name="absences_of_a_person"),)
        constraints = (
            models.CheckConstraint(condition=models.Q(until__gte=models.F("since")), name="away_from_to"),
        )

    def __str__(self) -> str:
        return f"{self.person} is away from {self.since} to {self.until}"


class GivingRule(models.Model):
    """A rule of a team: to whom a case is given that comes into review. The first that fits counts.

    Without a line of business, or an urgency, it is for any. Of several people it is whoever has fewest open
    cases. ``place`` is where it stands among the rules of its team.
    """

    team = models.ForeignKey(Team, models.CASCADE, related_name="giving_rules")
    place = models.PositiveSmallIntegerField()
    line = models.ForeignKey(LineOfBusiness, models.PROTECT, null=True, blank=True, related_name="+")
    urgency = models.CharField(max_length=10, choices=Case.Urgency.choices, blank=True)
    people = models.ManyToManyField(Person, related_name="+")

    class Meta:
        ordering = ("place", "id")

    def __str__(self) -> str:
        return f"rule {self.pk}"
