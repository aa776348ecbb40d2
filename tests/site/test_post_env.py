"""What an installation says about its mail server and gateway is read once, and what is wrong is said in words."""

from __future__ import annotations

from datetime import time

import pytest

from guisach.domain.messages.rules.timing import Manners
from guisach.site.env import BadEnvironment, read

MAIL = {"GUISACH_MAIL_URL": "smtp://lib:p%40ss@mail.example.org", "GUISACH_MAIL_FROM": "Thư viện <tv@example.org>"}
SMS = {
    "GUISACH_SMS_URL": "https://gw.example.org/send",
    "GUISACH_SMS_BODY": '{"Phone": "{to}", "Content": "{text}"}',
    "GUISACH_SMS_HEADERS": "Authorization: Bearer a:b | X-Brand: TV",
    "GUISACH_SMS_SUCCESS": "CodeResult=100",
    "GUISACH_SMS_MARKS": "1",
}


@pytest.fixture
def said(tmp_path):
    return lambda **more: read({"GUISACH_DATA": str(tmp_path), "GUISACH_SECRET_KEY": "x", **more}).post


def test_nothing_said_opens_no_way_and_keeps_the_night_quiet(said):
    post = said()
    assert (post.mail, post.gateway) == (None, None)
    assert post.manners == Manners(time(21), time(7))


def test_mail_goes_over_tls_unless_the_server_is_this_machine(said):
    mail = said(**MAIL).mail
    assert (mail.host, mail.port, mail.tls, mail.user, mail.password) == (
        "mail.example.org", 587, "starttls", "lib", "p@ss",
    )  # fmt: skip
    mail = said(**{**MAIL, "GUISACH_MAIL_URL": "smtps://mail.example.org"}).mail
    assert (mail.port, mail.tls) == (465, "implicit")
    assert said(**{**MAIL, "GUISACH_MAIL_URL": "smtp://127.0.0.1:25"}).mail.tls == "none"


def test_a_gateway_is_asked_as_it_wishes(said):
    gateway = said(**SMS).gateway
    assert gateway.headers == {"Authorization": "Bearer a:b", "X-Brand": "TV"}
    assert (gateway.has_marks, gateway.is_repeatable, gateway.success) == (True, False, "CodeResult=100")


def test_the_quiet_hours_can_be_others_or_none(said):
    assert said(GUISACH_QUIET="20:30-06:00").manners == Manners(time(20, 30), time(6))
    assert not said(GUISACH_QUIET="no").manners.has_quiet


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({**MAIL, "GUISACH_MAIL_URL": "http://mail.example.org"}, "GUISACH_MAIL_URL"),
        ({**MAIL, "GUISACH_MAIL_URL": "smtp://mail.example.org:99999"}, "GUISACH_MAIL_URL"),
        ({**MAIL, "GUISACH_MAIL_FROM": "Thư viện"}, "GUISACH_MAIL_FROM"),
        ({"GUISACH_MAIL_FROM": "tv@example.org"}, "GUISACH_MAIL_URL"),
        ({**SMS, "GUISACH_SMS_URL": "http://gw.example.org/send"}, "GUISACH_SMS_URL"),
        ({**SMS, "GUISACH_SMS_BODY": '{"Phone": "{to}"'}, "GUISACH_SMS_BODY"),
        ({**SMS, "GUISACH_SMS_BODY": "text={text}"}, "GUISACH_SMS_BODY"),
        ({**SMS, "GUISACH_SMS_HEADERS": "Authorization"}, "GUISACH_SMS_HEADERS"),
        ({**SMS, "GUISACH_SMS_SUCCESS": "CodeResult"}, "GUISACH_SMS_SUCCESS"),
        ({**SMS, "GUISACH_SMS_MARKS": "some"}, "GUISACH_SMS_MARKS"),
        ({"GUISACH_QUIET": "night"}, "GUISACH_QUIET"),
    ],
)
def test_what_is_wrong_is_named_and_no_password_is_told(said, changes, named):
    with pytest.raises(BadEnvironment) as refused:
        said(**changes)
    assert named in str(refused.value)
    assert "p%40ss" not in str(refused.value)
    assert "Bearer" not in str(refused.value)
