"""How passwords are kept."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id with 19 MiB and two passes, the least that OWASP asks for.

    Django's own setting takes 100 MiB for each sign-in: too much for a commune's PC on a market morning.
    """

    time_cost = 2
    memory_cost = 19 * 1024  # KiB
    parallelism = 1
