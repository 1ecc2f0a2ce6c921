"""The tables of people, organisations and rights. Foreign keys point down or inside; no model acts."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from maillage.actors.data import OrganisationKind, OrganisationState, Role


class PersonManager(BaseUserManager["Person"]):
    """Makes people as Django's sign-in asks for them; addresses are kept in one case, so that two accounts never share one."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """A person with this address; without password, only a key or an identity provider opens the account."""
        person = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> "Person":
        """The person of an address, whatever its case."""
        return self.get(email=(username or "").strip().lower())


class Person(AbstractBaseUser):
    """Somebody with an account. Rights are not here: they come from memberships and delegations, through the gate."""

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    fictitious = models.BooleanField(default=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[PersonManager] = PersonManager()

    def __str__(self) -> str:
        return self.name or self.email


class Organisation(models.Model):
    """A body that takes part: a collectivité, a State service, an association… or a foreign party without SIREN."""

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in OrganisationKind])
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in OrganisationState], default=OrganisationState.WAITING)
    siren = models.CharField(max_length=9, null=True, unique=True)
    siret = models.CharField(max_length=14, default="", blank=True)
    country = models.CharField(max_length=2, default="FR")
    contact_email = models.EmailField(max_length=254, default="", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_on = models.DateField(null=True)
    successor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    fictitious = models.BooleanField(default=False)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(siren__isnull=False) | ~Q(country="FR") | Q(fictitious=True), name="actors_french_has_siren")
        ]

    def __str__(self) -> str:
        return self.name


class PerimeterPart(models.Model):
    """One territory on which an organisation acts, in the vintage in which it was given."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    level = models.CharField(max_length=12)
    code = models.CharField(max_length=20)
    cog_year = models.PositiveSmallIntegerField()
    country = models.CharField(max_length=2, default="FR")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["level", "code"])]
        constraints = [models.UniqueConstraint(fields=["organisation", "country", "level", "code"], name="actors_one_part_per_territory")]

    def __str__(self) -> str:
        return f"{self.level}:{self.code}"


class Membership(models.Model):
    """A person in one role of an organisation; a second role is a second row."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    started_on = models.DateField()
    ended_on = models.DateField(null=True)  # the first day without it

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation", "role"], condition=Q(ended_on__isnull=True), name="actors_one_live_membership_per_role"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.organisation_id}"


class Delegation(models.Model):
    """A role of an organisation that one person lends to another, on a subject, for a time, by a dated deed (an arrêté)."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    giver = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    subject = models.CharField(max_length=120)
    deed = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField()
    revoked_on = models.DateField(null=True)

    class Meta:
        ordering = ["-starts_on", "id"]
        constraints = [models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="actors_delegation_ends_after_start")]

    def __str__(self) -> str:
        return f"{self.role} {self.giver_id}→{self.receiver_id}"


class Invitation(models.Model):
    """An offer to join an organisation, sent to one address. Only the hash of its secret is kept: who reads the table cannot join."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    secret_sha256 = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "id"]

    def __str__(self) -> str:
        return f"{self.role} {self.organisation_id}"
