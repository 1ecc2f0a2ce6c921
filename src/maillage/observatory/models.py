"""The index of releases: the number by which people name them, and when they were built (neither stands in the release itself)."""

from django.db import models


class Release(models.Model):
    """A release that was built here: «livraison 12»."""

    number = models.PositiveIntegerField(unique=True)
    id_sha256 = models.CharField(max_length=64, unique=True)
    built_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"livraison {self.number}"
