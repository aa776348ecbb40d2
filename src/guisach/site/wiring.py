"""Gives the domain its adapters: the one place that knows which is used for what."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

from guisach.kernel.clock import local_date, system_clock

if TYPE_CHECKING:
    from datetime import datetime

    from guisach.adapters.chunks import ChunkFolder
    from guisach.adapters.covers import CoverFolder
    from guisach.adapters.imports import ImportFolder
    from guisach.adapters.sru import SruClient
    from guisach.adapters.uploads import UploadFolder
    from guisach.domain.catalogue.rules.imports.policies import Terms
    from guisach.domain.catalogue.rules.imports.reading import FileReader
    from guisach.domain.catalogue.rules.search import IndexKeeper


def wire() -> None:
    """Register adapters and the answers of upper rooms; called once when Django starts."""
    from guisach.domain.catalogue import kinds
    from guisach.domain.circulation.queries import LendingKnown, copies_in_log, copy_standings
    from guisach.domain.readers.kinds import after_erasing
    from guisach.domain.sync.kinds import keep_chunks_in
    from guisach.site import erased

    kinds.search_with(index_keeper())
    kinds.copies_stand_by(copy_standings)
    kinds.lending_is_known_by(LendingKnown())
    kinds.ask_about_copies(copies_in_log)
    kinds.keep_covers_in(cover_folder())
    keep_chunks_in(chunk_folder())
    kinds.open_files_with(open_reader)
    kinds.keep_files_in(upload_folder())
    kinds.ask_elsewhere_with(sru_client())
    after_erasing(erased.keep_list)
    read_author_marks()
    send_messages()


@lru_cache(maxsize=1)
def index_keeper() -> IndexKeeper:
    """Return this machine's search index with its writers."""
    from guisach.adapters.search import TantivyIndex

    return TantivyIndex(settings.DATA / "index")


def read_author_marks() -> None:
    """Use the author marks of the province, where its folder has a file of them."""
    from guisach.domain.catalogue.rules.author_marks import MarkTableError, read_choice

    file = settings.DATA / "author-marks.csv"
    try:
        read_choice(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        pass
    except (MarkTableError, OSError, UnicodeError) as error:
        logging.getLogger("guisach").warning("author-marks.csv is not used: %s", error)


def send_messages() -> None:
    """Open the ways to readers that this installation has."""
    from guisach.domain.messages import kinds

    post = settings.ENV.post
    senders: dict[str, kinds.Sender] = {}
    if post.mail is not None:
        from guisach.adapters.messages.email import Mail

        senders["EMAIL"] = Mail(post.mail)
    if post.gateway is not None:
        from guisach.adapters.messages.sms import Gateway

        senders["SMS"] = Gateway(post.gateway)
    kinds.send_with(senders, post.manners)


def sru_client() -> SruClient:
    """Return who asks other catalogues."""
    from guisach.adapters.sru import SruClient

    return SruClient(agent="guisach (copy cataloguing)")


def cover_folder() -> CoverFolder:
    """Return the folder of the pictures of covers."""
    from guisach.adapters.covers import CoverFolder

    return CoverFolder(settings.DATA / "files" / "covers")


def chunk_folder() -> ChunkFolder:
    """Return the folder of the files that offline desks fetch; they can be made anew at any time."""
    from guisach.adapters.chunks import ChunkFolder

    return ChunkFolder(settings.DATA / "files" / "chunks")


def open_reader(terms: Terms) -> FileReader:
    """Return the reader for a file of an import, by its form. Raises MappingError."""
    from guisach.adapters.opening import open_with

    return open_with(terms, local_date(system_clock()))


def upload_folder() -> UploadFolder:
    """Return the folder of files that pages took in and that wait for their import."""
    from guisach.adapters.uploads import UploadFolder

    return UploadFolder(settings.DATA / "imports" / "queue")


def import_folder(name: str, at: datetime) -> ImportFolder:
    """Make the folder of an import's report. Raises OSError."""
    from guisach.adapters.imports import ImportFolder

    return ImportFolder(settings.DATA / "imports", name, at)
