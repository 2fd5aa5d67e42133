"""Whoever is told of a promise may take it up."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('scheduling', '0014_what_a_call_leaves'),
        ('telephony', '0019_promises_of_requests'),
    ]

    operations = [
        migrations.AddField(
            model_name='promise',
            name='told',
            field=models.ManyToManyField(blank=True, related_name='+', to='scheduling.staff', verbose_name='told of it'),
        ),
    ]
