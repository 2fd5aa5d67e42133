"""Give databases that took 0006 and 0010 as they first were the defaults that these have now.

Whoever inserts a row without these columns is a process of the release before, still at work.
"""

from django.db import migrations

DEFAULTS = {
    "telephony_call": {"callback_number": "''", "direction": "'in'"},
    "telephony_phonenumber": {
        "caller_by_sms": "false",
        "forwarding_number": "''",
        "pass_called_number": "true",
        "record": "false",
        "recording_notice": "'{}'",
        "text_back": "'{}'",
        "text_back_enabled": "false",
        "text_back_quiet_minutes": "60",
        "worst_case_path": "'[]'",
    },
    "telephony_escalationscenario": {"waiting_words": "'{}'", "worst_case_path": "'[]'"},
    "scheduling_staff": {"call_process": "'cascade'"},
    "scheduling_service": {"call_process": "'cascade'"},
}

# What the release before cannot hold, when somebody goes back to it: as near as it has.
GOING_BACK = [
    "UPDATE telephony_call SET phase = 'ringing' WHERE phase = 'menu'",
    "UPDATE telephony_call SET leg_uuid = 'call-' || id WHERE leg_uuid IS NULL",
    "UPDATE telephony_leg SET result = 'not_dialled' WHERE result = 'not_allowed'",
    "UPDATE telephony_phonenumber SET behaviour = 'on_call' WHERE behaviour <> 'on_call'",
]


class Migration(migrations.Migration):

    dependencies = [
        ("scheduling", "0011_whisper_placeholders"),
        ("telephony", "0011_where_to_mend"),
    ]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT {value}",
            migrations.RunSQL.noop,
        )
        for table, columns in DEFAULTS.items()
        for column, value in columns.items()
    ] + [migrations.RunSQL(migrations.RunSQL.noop, statement) for statement in GOING_BACK]
