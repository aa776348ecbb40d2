"""Asking a repository, politely and within bounds: time, length, what gzip swells to, redirects, and waiting.

An administrator names the address, so any address may be asked, also one of this network. But whoever answers there
must not lead us on to another machine of this network, nor keep us waiting for a day.
"""

from __future__ import annotations

import ipaddress
import socket
import time
import zlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib import metadata
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from guisach.adapters.oai.pages import NotOai, OaiError, read_identify, read_page
from guisach.kernel.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx

    from guisach.domain.catalogue.rules.imports.harvests import Asked, Page

PAGE_MAX: Final = 32 << 20
"""Bytes of one answer, unpacked."""
PAGE_S: Final = 300.0
WAIT_MAX_S: Final = 300.0
"""Longest time for which a repository may ask to be left alone before we give up for today."""

_TRIES: Final = 5
_REDIRECTS_MAX: Final = 3
_BUSY: Final = frozenset({429, 500, 502, 503, 504})
_MOVED: Final = frozenset({301, 302, 303, 307, 308})


class HarvestAddressWrong(DomainError):
    """The address is none of a repository that could be asked."""

    code = "harvest_address_wrong"
    status = 422
    text = _("%(url)s is no address that can be harvested (%(reason)s). Please give one that begins with https://.")


class HarvestFailed(DomainError):
    """The repository did not answer, or not with what OAI-PMH is."""

    code = "harvest_failed"
    status = 502
    text = _(
        "%(url)s could not be harvested: %(reason)s. What came before is kept; "
        "run the same command again later to go on."
    )


class OaiClient:
    """Asks one repository; close it, or use it as a context."""

    def __init__(self, url: str, *, timeout_s: float = 60.0, sleep: Callable[[float], None] = time.sleep) -> None:
        """Take the base address. Raises HarvestAddressWrong."""
        import httpx  # here, because it takes a third of a second that no other command should wait

        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise HarvestAddressWrong(url=url[:200], reason=gettext("it is not http:// or https://"))
        self._url = url.partition("#")[0]
        self._sleep = sleep
        self._timeout = httpx.Timeout(timeout_s, connect=min(15.0, timeout_s))
        agent = f"guisach/{metadata.version('guisach')} (OAI-PMH)"
        headers = {
            "User-Agent": agent,
            "Accept": "text/xml, application/xml;q=0.9",
            "Accept-Encoding": "gzip, identity",
        }
        self._client = httpx.Client(timeout=self._timeout, headers=headers, follow_redirects=False)

    def __enter__(self) -> OaiClient:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def identify(self) -> dict[str, str]:
        """Return what the repository says of itself: repositoryName, granularity. Raises HarvestFailed."""
        try:
            return read_identify(self._answer({"verb": "Identify"}))
        except (NotOai, OaiError) as error:
            raise HarvestFailed(url=self._url, reason=error) from error

    def page(self, asked: Asked, token: str) -> Page:
        """Return the next page. Raises HarvestFailed; OaiError when the token is not (or no longer) known."""
        if token:
            question = {"verb": "ListRecords", "resumptionToken": token}
        else:
            words = {"metadataPrefix": asked.prefix, "set": asked.set_, "from": asked.from_}
            question = {"verb": "ListRecords", **{name: word for name, word in words.items() if word}}
        try:
            return read_page(self._answer(question))
        except OaiError as error:
            if error.code == "badResumptionToken":
                raise
            raise HarvestFailed(url=self._url, reason=error) from error
        except NotOai as error:
            raise HarvestFailed(url=self._url, reason=error) from error

    def _answer(self, question: dict[str, str]) -> bytes:
        """Ask until there is an answer, some times at most, waiting as long as the repository says."""
        import httpx

        reason = ""
        for attempt in range(_TRIES):
            try:
                status, headers, body = self._fetch(question)
            except (httpx.InvalidURL, UnicodeError) as error:
                raise HarvestAddressWrong(url=self._url[:200], reason=error) from error
            except (httpx.HTTPError, OSError) as error:
                reason = str(error) or type(error).__name__
                wait_s = 2.0**attempt
            else:
                if status == httpx.codes.OK:
                    return body
                reason = gettext("it answers with status %(status)s") % {"status": status}
                if status not in _BUSY:
                    break
                wait_s = _asked_to_wait(headers, 2.0**attempt)
            if wait_s > WAIT_MAX_S:
                reason = gettext("it asks to be left alone for %(seconds)s seconds") % {"seconds": int(wait_s)}
                break
            if attempt < _TRIES - 1:
                self._sleep(wait_s)
        raise HarvestFailed(url=self._url, reason=reason)

    def _fetch(self, question: dict[str, str]) -> tuple[int, httpx.Headers, bytes]:
        """Return status, headers and body of one answer, whole or not at all; follows what may be followed."""
        end = time.monotonic() + PAGE_S
        address = self._client.build_request("GET", self._url, params=_with_own(self._url, question)).url
        for _hop in range(_REDIRECTS_MAX + 1):
            with self._client.stream("GET", address) as response:
                target = response.headers.get("location", "")
                if response.status_code not in _MOVED or not target:
                    body = b"" if response.status_code in _BUSY else b"".join(self._parts(response, end))
                    return response.status_code, response.headers, body
            moved = urljoin(str(address), target)
            self._refuse_astray(moved)
            address = self._client.build_request("GET", moved).url
        raise HarvestFailed(url=self._url, reason=gettext("it sends us on and on"))

    def _parts(self, response: httpx.Response, end: float) -> Iterator[bytes]:
        """Yield the body, unpacked, up to the bounds."""
        packing = response.headers.get("content-encoding", "identity").strip().lower()
        if packing not in ("identity", "gzip", "x-gzip", ""):
            raise HarvestFailed(
                url=self._url, reason=gettext("its answers are packed as %(how)s") % {"how": packing[:20]}
            )
        unpack = zlib.decompressobj(wbits=31) if "gzip" in packing else None
        length = 0
        for raw in response.iter_raw(1 << 16):
            try:
                part = raw if unpack is None else unpack.decompress(raw, PAGE_MAX - length + 1)
            except zlib.error as error:
                raise HarvestFailed(url=self._url, reason=gettext("its gzip is broken")) from error
            length += len(part)
            if length > PAGE_MAX or (unpack is not None and unpack.unconsumed_tail):
                raise HarvestFailed(
                    url=self._url, reason=gettext("one answer has more than %(size)s MB") % {"size": PAGE_MAX >> 20}
                )
            if time.monotonic() > end:
                raise HarvestFailed(url=self._url, reason=gettext("one answer takes longer than five minutes"))
            yield part
        if unpack is not None and not unpack.eof:
            raise HarvestFailed(url=self._url, reason=gettext("its answer was cut off"))

    def _refuse_astray(self, url: str) -> None:
        """Refuse to be sent where nobody asked us to go: another scheme, or a machine of this network."""
        parts, own = urlsplit(url), urlsplit(self._url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise HarvestFailed(url=self._url, reason=gettext("it sends us to an address that is none of the web"))
        if parts.hostname != own.hostname and is_inside(parts.hostname):
            raise HarvestFailed(
                url=self._url,
                reason=gettext("it sends us to %(host)s, which lies within this network")
                % {"host": parts.hostname[:100]},
            )


def is_inside(host: str) -> bool:
    """Say whether a name or number leads to a machine that the open net does not see; unknown ones do not."""
    try:
        found = [ipaddress.ip_address(host.strip("[]"))]
    except ValueError:
        try:
            found = [ipaddress.ip_address(one[4][0]) for one in socket.getaddrinfo(host, None)]
        except (OSError, UnicodeError, ValueError):
            return False
    return any(not address.is_global for address in found)


def _with_own(url: str, question: dict[str, str]) -> dict[str, str]:
    """Keep what the address brings along itself."""
    return {**dict(parse_qsl(urlsplit(url).query)), **question}


def _asked_to_wait(headers: httpx.Headers, otherwise: float) -> float:
    """Return how many seconds Retry-After says: a number, or an instant."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return otherwise
