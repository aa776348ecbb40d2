"""`guisach demo`: a province to look at and to try things in."""

from __future__ import annotations

import os
import time

import click
from django.conf import settings
from django.utils.translation import gettext as _

from guisach.site.cli.output import json_option, progress, result

# Who is worth signing in as, in this order.
_SHOWN = ("hoa", "lan", "minh", "thao", "dung", "van", "xuan", "son", "kien")


@click.command()
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0, 2**31), help="Same seed, same province.")
@json_option
def demo(seed: int, as_json: bool) -> None:
    """Fill an empty database with the demonstration province."""
    from django.core.management import call_command

    from guisach.site import indexing
    from guisach.site.demo.build import build

    began = time.monotonic()
    call_command("migrate", interactive=False, verbosity=0)
    from guisach.domain.catalogue.actions.stock import load_stock_words
    from guisach.domain.programme import actions as programme

    programme.load_targets()
    load_stock_words()
    with progress(1, _("Building the demonstration")) as bar:

        def tell(step: str, done: int, total: int) -> None:
            bar.set_description(step, refresh=False)
            bar.total, bar.n = total, done
            bar.refresh()

        built = build(seed, tell)
    indexing.rebuild()
    accounts = settings.DATA / "demo-accounts.txt"
    lines = [f"{name}\t{built.passwords[name]}" for name in sorted(built.passwords)]
    descriptor = os.open(accounts, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.write("\n".join(lines) + "\n")
    values = {
        "seed": seed,
        "places": built.places,
        "titles": built.titles,
        "copies": built.copies,
        "readers": built.readers,
        "operations": built.operations,
        "seconds": round(time.monotonic() - began, 1),
        "accounts": str(accounts),
        "passwords": {name: built.passwords[name] for name in _SHOWN if name in built.passwords},
    }
    result(values, as_json=as_json, text=_text(values))


def _text(values: dict[str, object]) -> str:
    head = (
        _(
            "%(places)s places, %(titles)s titles, %(copies)s copies, %(readers)s readers, "
            "%(operations)s operations in %(seconds)s s."
        )
        % values
    )
    passwords = values["passwords"]
    table = "\n".join(f"  {name:8}  {word}" for name, word in passwords.items())  # type: ignore[attr-defined]
    tail = _("All accounts of the demonstration are in %(accounts)s.") % values
    invitation = _("Sign in at /work/ as:")
    return f"{head}\n\n{invitation}\n{table}\n\n{tail}"
