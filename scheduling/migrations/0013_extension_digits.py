import django.core.validators
from django.db import migrations, models


def clear(apps, schema_editor):
    """Forget what nobody could ever dial: it would stand in the way of every other change."""
    staff = apps.get_model("scheduling", "Staff").objects.exclude(extension=None)
    staff.exclude(extension__regex=r"^[0-9]{3,5}$").update(extension=None)


class Migration(migrations.Migration):

    dependencies = [
        ('scheduling', '0012_calls_per_second'),
    ]

    operations = [
        migrations.RunPython(clear, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='staff',
            name='extension',
            field=models.CharField(blank=True, max_length=8, null=True, unique=True, validators=[django.core.validators.RegexValidator('\\A[0-9]{3,5}\\Z', 'An extension has 3 to 5 digits: callers can dial no other.', 'invalid_extension')], verbose_name='extension'),
        ),
    ]
