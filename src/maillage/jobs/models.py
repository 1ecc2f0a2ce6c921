"""The tables of long acts."""

import uuid

from django.db import models
from django.db.models import Q

from maillage.jobs.data import JobState

# States in which a (kind, key) is taken: enqueueing it again gives the same job.
HOLDING_STATES = (JobState.WAITING, JobState.RUNNING, JobState.SUCCEEDED)


class Job(models.Model):
    """One long act. The database itself refuses a second live job of the same kind and key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=[(state.value, state.value) for state in JobState], default=JobState.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    message = models.CharField(max_length=300, default="", blank=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    cancel_requested = models.BooleanField(default=False)
    enqueued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    result_link = models.CharField(max_length=500, default="", blank=True)
    error = models.TextField(default="", blank=True)

    class Meta:
        ordering = ["-enqueued_at", "id"]
        indexes = [models.Index(fields=["state", "enqueued_at"]), models.Index(fields=["-enqueued_at", "id"])]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], condition=Q(state__in=HOLDING_STATES), name="jobs_one_live_job_per_key")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class JobLogLine(models.Model):
    """One line of the log of a job."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    message = models.CharField(max_length=500)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.message
