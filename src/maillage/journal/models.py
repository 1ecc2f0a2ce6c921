"""The tables of the journal. `guards` forbids the database to change or remove what they hold; verification finds it anyway."""

import uuid

from django.db import models
from django.db.models import Q


class Event(models.Model):
    """One act. Written whole in the act's own transaction; the sequencer gives it its index and its chain, once."""

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField()
    act = models.CharField(max_length=80)
    actor = models.CharField(max_length=160)
    on_behalf_of = models.CharField(max_length=160, blank=True, default="")
    right = models.CharField(max_length=160, blank=True, default="")
    about = models.CharField(max_length=160)
    before = models.CharField(max_length=64, blank=True, default="")
    after = models.CharField(max_length=64, blank=True, default="")
    facts = models.TextField(blank=True, default="{}")  # canonical JSON, as hashed
    commitments = models.TextField(blank=True, default="{}")
    index = models.PositiveBigIntegerField(null=True, unique=True)
    chain = models.BinaryField(null=True, max_length=32)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["about", "-id"]),
            models.Index(fields=["actor", "-id"]),
            models.Index(fields=["on_behalf_of", "-id"]),
            models.Index(fields=["id"], condition=Q(index__isnull=True), name="journal_event_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.about}"


class PersonalValue(models.Model):
    """A personal value that an event commits to, and the salt of the commitment. Erasing the row leaves a hash that says nothing."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=160, db_index=True)
    name = models.CharField(max_length=80)
    value = models.TextField()
    salt = models.BinaryField(max_length=32)
    kept_because = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["event", "name"], name="journal_one_value_per_name")]

    def __str__(self) -> str:
        return f"{self.name} ({self.event_id})"


class Tile(models.Model):
    """256 hashes of the tree in a row (`tiles` says which): what a proof reads. A cache, guarded by nothing but the signed heads."""

    level = models.PositiveSmallIntegerField()
    number = models.PositiveBigIntegerField()
    hashes = models.BinaryField(max_length=256 * 32)

    class Meta:
        ordering = ["level", "number"]
        constraints = [models.UniqueConstraint(fields=["level", "number"], name="journal_one_tile_per_place")]

    def __str__(self) -> str:
        return f"{self.level}/{self.number}"


class TreeHead(models.Model):
    """A signed head of the journal. `peaks` (hashes of complete subtrees) is what the tree needs to grow."""

    size = models.PositiveBigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    chain = models.BinaryField(max_length=32)
    peaks = models.BinaryField(max_length=64 * 32)
    note = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-size"]

    def __str__(self) -> str:
        return str(self.size)
