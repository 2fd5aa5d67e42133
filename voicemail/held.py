"""Where something about a caller is held: every column, by model, and those that hold nothing.

A column that is added to any model belongs into one of the two: erasing looks into the first.
"""

from __future__ import annotations

from collections.abc import Mapping

# What a caller said or is, their number, or words that may tell it.
HELD: Mapping[str, tuple[str, ...]] = {
    "admin.LogEntry": ("object_repr", "change_message"),
    "outbox.OutgoingMessage": (
        *("to", "subject", "body", "attachments", "cause", "idempotency_key", "error"),
    ),
    "telephony.BlockedCaller": ("pattern", "note"),
    "telephony.Call": ("caller", "callback_number", "label", "state"),
    "telephony.CallAction": ("params", "error"),
    "telephony.CallComment": ("text",),
    "telephony.CallEvent": ("params",),
    "telephony.CallbackRequest": ("number",),
    "telephony.Caller": ("number", "name", "email", "address"),
    "telephony.Job": ("title", "caller", "address", "reference", "notes"),
    "telephony.Leg": ("number", "name"),
    "telephony.Promise": ("reason",),
    "telephony.TextMessage": ("text", "error", "platform_id"),
    "telephony.WebhookReceipt": ("path", "response"),
    "voicemail.Listening": ("who",),
    "voicemail.MessageLink": ("reader",),
    "voicemail.Recording": ("url", "file", "sha256", "error", "transcript", "transcript_url"),
}
# Settings of the house, its people and their numbers, ids of the platform, tokens and hashes.
NOTHING: Mapping[str, tuple[str, ...]] = {
    "admin.LogEntry": ("object_id",),
    "auth.Group": ("name",),
    "auth.Permission": ("name", "codename"),
    "auth.User": ("password", "username", "first_name", "last_name", "email"),
    "authtoken.Token": ("key",),
    "authtoken.TokenProxy": ("key",),
    "backup.LastBackup": ("machine", "path"),
    "contenttypes.ContentType": ("app_label", "model"),
    "django_celery_beat.ClockedSchedule": (),
    "django_celery_beat.CrontabSchedule": (
        *("minute", "hour", "day_of_month", "month_of_year", "day_of_week"),
    ),
    "django_celery_beat.PeriodicTask": (
        *("name", "task", "args", "kwargs", "queue", "exchange", "routing_key", "headers"),
        "description",
    ),
    "outbox.OutgoingMessage": ("sender",),
    "recurrence.Param": ("param",),
    "scheduling.CalendarFeed": ("token",),
    "scheduling.ContactNumber": ("number", "label"),
    "scheduling.CoverageAlert": ("reason",),
    "scheduling.Divert": ("to_number",),
    "scheduling.FeedEvent": ("uid", "values"),
    "scheduling.ImportedEvent": ("uid",),
    "scheduling.IntendedGap": ("note",),
    "scheduling.Organisation": (
        *("name", "region", "time_zone", "languages", "allowed_countries", "whisper"),
    ),
    "scheduling.Override": ("note",),
    "scheduling.RotaOperation": ("schedule_name", "author_name", "changes"),
    "scheduling.Rotation": ("time_zone",),
    "scheduling.Schedule": ("name", "time_zone", "coverage", "alert_before_hours", "holidays"),
    "scheduling.Service": ("name", "colour"),
    "scheduling.ServiceCategory": ("name",),
    "scheduling.Shift": ("note",),
    "scheduling.ShiftTemplate": ("name", "weekdays"),
    "scheduling.Staff": ("name", "email", "colour", "time_zone", "extension"),
    "scheduling.SwapRequest": ("note",),
    "scheduling.TimeOff": ("reason",),
    "sessions.Session": ("session_key", "session_data"),
    "telephony.Call": ("token", "leg_uuid", "api_host", "dialled", "language"),
    "telephony.CallComment": ("author_name",),
    "telephony.CallEvent": ("code",),
    "telephony.ClosedRoute": ("transfer_number",),
    "telephony.EscalationScenario": ("name", "waiting_words", "worst_case_path"),
    "telephony.EscalationStep": ("whisper",),
    "telephony.JobHook": ("name", "url", "secret"),
    "telephony.Leg": ("token", "uuid"),
    "telephony.Menu": ("name", "welcome"),
    "telephony.MenuOption": ("transfer_number", "key", "name"),
    "telephony.MenuVersion": ("content", "content_hash"),
    "telephony.NumberProblem": ("kind", "name", "mend"),
    "telephony.PhoneNumber": (
        *("name", "number", "languages", "whisper", "forwarding_number", "recording_notice"),
        *("opening_hours", "text_back", "worst_case_path"),
    ),
    "telephony.Promise": ("done_by",),
    "telephony.Prompt": ("name", "text"),
    "telephony.PromptAudio": ("token", "file", "original_name", "sha256"),
    "telephony.TestCall": ("number", "language", "token", "uuid", "error"),
    "telephony.WebhookReceipt": ("jti", "body_hash"),
    "voicemail.Erasure": ("number_hash", "asked_by", "reference", "erased", "files"),
    "voicemail.Mailbox": ("name", "end_key", "greeting"),
    "voicemail.MailboxRecipient": ("email",),
    "voicemail.MessageLink": ("token_hash", "revoked_by"),
    "voicemail.Recording": ("platform_id", "content_type"),
}
