"""Text messages by whatever gateway a province has a contract with: one HTTPS POST, its form told by settings."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

import httpx

from guisach.domain.messages.kinds import NotSent, Unclear
from guisach.domain.messages.rules.sms import one_message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from guisach.adapters.messages.settings import GatewaySettings
    from guisach.domain.messages.kinds import Letter

CONNECT_S: Final = 10.0
ANSWER_S: Final = 30.0
ANSWER_MAX: Final = 64 * 1024
_WAIT_MAX_S: Final = 86_400
_PHONE = re.compile(r"\+?[0-9]{8,15}")
# Answers by which a gateway says that it took nothing, whatever the message: ours to mend.
_OURS = frozenset({401, 402, 403, 404, 405, 407, 415, 421, 426, 451, 511})


class Gateway:
    """Implements `Sender` over a gateway's HTTP."""

    def __init__(self, settings: GatewaySettings, *, connect_s: float = CONNECT_S, answer_s: float = ANSWER_S) -> None:
        """Use this gateway. Redirects are refused: a text message belongs to nobody else."""
        self._settings = settings
        self._timeout = httpx.Timeout(answer_s, connect=connect_s)
        self.is_repeatable = settings.is_repeatable

    def send(self, letter: Letter) -> None:
        """Hand one message in. Raises NotSent, Unclear."""
        phone = re.sub(r"[ .\-()]", "", letter.to)
        if not _PHONE.fullmatch(phone):
            raise NotSent("address", is_final=True)
        values = {
            "to": phone,
            "international": f"84{phone[1:]}" if phone.startswith("0") else phone.removeprefix("+"),
            "text": one_message(letter.short, has_marks=self._settings.has_marks),
            "reference": letter.reference,
        }
        try:
            with (
                httpx.Client(timeout=self._timeout, follow_redirects=False, trust_env=False) as client,
                client.stream("POST", self._settings.url, **self._content(values)) as answer,
            ):
                self._judge(answer)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
            raise NotSent("unreachable", is_ours=True) from error
        except httpx.InvalidURL as error:
            raise NotSent("unreachable", is_ours=True) from error
        except httpx.HTTPError as error:
            raise Unclear("no_answer") from error

    def _content(self, values: Mapping[str, str]) -> dict[str, Any]:
        headers = dict(self._settings.headers)
        if self._settings.body.lstrip().startswith("{"):
            filled = json.dumps(_filled(json.loads(self._settings.body), values), ensure_ascii=False)
            return {"content": filled.encode(), "headers": {"Content-Type": "application/json", **headers}}
        pairs = parse_qsl(self._settings.body, keep_blank_values=True)
        return {"data": {name: _filled(value, values) for name, value in pairs}, "headers": headers}

    def _judge(self, answer: httpx.Response) -> None:
        status = answer.status_code
        if answer.is_success:
            self._judge_answer(answer)
        elif answer.is_redirect or status in _OURS:
            raise NotSent(f"gateway_{status}", is_ours=True)
        elif status in {429, 503}:
            raise NotSent(f"gateway_{status}", after=_wait(answer.headers.get("Retry-After", "")))
        elif answer.is_server_error:
            raise Unclear(f"gateway_{status}")  # it broke while it had the message: it may have gone
        else:
            raise NotSent(f"gateway_{status}", is_final=True)

    def _judge_answer(self, answer: httpx.Response) -> None:
        name, _is, wanted = self._settings.success.partition("=")
        if not name:
            return
        said = b""
        for part in answer.iter_bytes():
            said += part
            if len(said) > ANSWER_MAX:
                raise Unclear("odd_answer")
        try:
            document = json.loads(said)
        except (ValueError, RecursionError) as error:
            raise Unclear("odd_answer") from error
        if not isinstance(document, dict) or name not in document:
            raise Unclear("odd_answer")
        if str(document[name]) != wanted:
            raise NotSent("gateway_no")


def _filled(value: Any, values: Mapping[str, str]) -> Any:
    """Put the values in wherever a text names them; once, so that a text message with braces stays what it is."""
    if isinstance(value, dict):
        return {key: _filled(one, values) for key, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, values) for one in value]
    if isinstance(value, str):
        return re.sub(r"\{(to|international|text|reference)\}", lambda found: values[found[1]], value)
    return value


def _wait(text: str) -> timedelta | None:
    return timedelta(seconds=min(int(text), _WAIT_MAX_S)) if text.isascii() and text.isdigit() else None
