"""Files that come in through a form: streamed to the disk as they arrive, and no more of them than is allowed."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload

from guisach.domain.catalogue.actions.importing.queueing import TAKEN_IN_MAX

if TYPE_CHECKING:
    from django.http import HttpRequest

LIMIT_BYTES = TAKEN_IN_MAX
_FORM_MAX = 1 << 20  # what the rest of the form may weigh
_HEARD_OUT_MAX = 2 << 30  # beyond this the line is cut: a browser then shows no page of ours


class Bounded(FileUploadHandler):
    """Writes files below the folder of data; sets `is_too_large` and lets go of a file beyond the limit."""

    chunk_size = 1 << 20

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.is_too_large = self._is_endless = False
        self._taken = 0
        self._file: Any = None

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803  (Django's own name)
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        """Note by the announced length that it is too much, before anything is written."""
        del input_data, META, boundary, encoding
        self.is_too_large = content_length > LIMIT_BYTES + _FORM_MAX
        self._is_endless = content_length > _HEARD_OUT_MAX

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Open a file that goes away by itself when nobody holds it any more."""
        if self._is_endless:
            raise StopUpload(connection_reset=True)
        if self.is_too_large:
            raise SkipFile  # heard out, so that the browser gets to the page that says so
        super().new_file(*args, **kwargs)
        folder = settings.DATA / "uploads"
        folder.mkdir(parents=True, exist_ok=True)
        self._file = tempfile.NamedTemporaryFile(dir=folder, suffix=".part")  # noqa: SIM115

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a part, unless it is one too many."""
        del start
        self._taken += len(raw_data)
        if self._taken > LIMIT_BYTES:
            self.is_too_large = True
            self._file.close()
            raise SkipFile
        self._file.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[Any]:
        """Hand over the file, to be read from its beginning."""
        self._file.flush()
        self._file.seek(0)
        return UploadedFile(self._file, self.file_name, self.content_type, file_size, self.charset)


def bounded(request: HttpRequest) -> Bounded:
    """Take over the uploads of a request; to be called before anything of its body is read."""
    handler = Bounded(request)
    request.upload_handlers = [handler]
    return handler
