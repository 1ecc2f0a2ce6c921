"""The index of releases: their number, when they were built (neither stands in the release itself), and what each corrected."""

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


class Correction(models.Model):
    """Published values of a release that the next one changed: kept when both folders are gone."""

    corrected = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="+")
    indicator = models.CharField(max_length=100)
    label = models.CharField(max_length=300)
    period = models.CharField(max_length=10)
    chain = models.CharField(max_length=100)
    count = models.PositiveIntegerField()

    class Meta:
        ordering = ["-by__number", "indicator", "-period", "chain"]
        constraints = [models.UniqueConstraint(fields=["corrected", "by", "indicator", "period", "chain"], name="one_correction_a_chain")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.period} ({self.chain}) : {self.count}"
