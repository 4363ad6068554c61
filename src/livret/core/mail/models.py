"""Every message that the platform sent or is about to send."""

from __future__ import annotations

from django.db import models


class Message(models.Model):
    """One mail to one person. A demonstration keeps it here and sends nothing."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        KEPT = "kept"  # A demonstration: nothing leaves.

    to = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(default="", blank=True)
    about_type = models.CharField(max_length=80, default="", blank=True)
    about_id = models.CharField(max_length=64, default="", blank=True)
    written_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(default="", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["-written_at"], name="mail_written_at"),
            models.Index(fields=["about_type", "about_id"], name="mail_about"),
        ]

    def __str__(self) -> str:
        return self.subject
