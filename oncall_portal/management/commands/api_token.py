"""Print the token with which a user reaches the API."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from rest_framework.authtoken.models import Token


class Command(BaseCommand):
    """`manage.py api_token USER`: the token is made when there is none."""

    help = "Print the token with which a user reaches the API."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the name of the user."""
        parser.add_argument("user", help="user name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the token, and nothing else."""
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(_("There is no user “%(name)s”.") % {"name": options["user"]})
        self.stdout.write(Token.objects.get_or_create(user=user)[0].key)
