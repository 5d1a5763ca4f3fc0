"""A case can be handed over to a colleague."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("verification", "0002_decisions_stay"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="entry",
            name="verification_entry_action_known",
        ),
        migrations.AlterField(
            model_name="entry",
            name="action",
            field=models.CharField(
                choices=[
                    ("taken_over", "Taken over from before"),
                    ("submitted", "Submitted"),
                    ("withdrawn", "Withdrawn by the company"),
                    ("taken", "Taken for review"),
                    ("handed_over", "Handed over to a colleague"),
                    ("info_requested", "Company was asked"),
                    ("answered", "Company answered"),
                    ("document_accepted", "Document accepted"),
                    ("document_refused", "Document not accepted"),
                    ("proposed", "Proposed"),
                    ("sent_back", "Proposal sent back"),
                    ("verified", "Verified"),
                    ("rejected", "Rejected"),
                    ("changed", "Company changed what it declared"),
                    ("expiring", "Expires soon"),
                    ("expired", "Expired"),
                    ("suspended", "Suspended"),
                    ("banned", "Banned"),
                    ("lifted", "Measure lifted"),
                    ("ban_ended", "Ban ended"),
                    ("appealed", "Appealed"),
                    ("appeal_granted", "Appeal granted"),
                    ("appeal_declined", "Appeal declined"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "action__in",
                        [
                            "taken_over",
                            "submitted",
                            "withdrawn",
                            "taken",
                            "handed_over",
                            "info_requested",
                            "answered",
                            "document_accepted",
                            "document_refused",
                            "proposed",
                            "sent_back",
                            "verified",
                            "rejected",
                            "changed",
                            "expiring",
                            "expired",
                            "suspended",
                            "banned",
                            "lifted",
                            "ban_ended",
                            "appealed",
                            "appeal_granted",
                            "appeal_declined",
                        ],
                    )
                ),
                name="verification_entry_action_known",
            ),
        ),
    ]
