"""Readers: from home to a card, on paper, two cards of one person, what is wrong in the data, and erasing it all."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.busy import CORRECTED, LEAVING, TWICE, enter

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(busy_site, open_page):
    """A small telephone."""
    return open_page(busy_site.url, width=360, has_touch=True, is_mobile=True)


@pytest.fixture
def desk(busy_site, open_page, sign_in):
    """Lan's screen."""
    page = open_page(busy_site.url, width=1280)
    sign_in(page, "lan")
    return page


def test_who_registers_at_home_gets_the_card_by_a_code_at_the_place(phone, desk, judge):
    phone.goto("/register/")
    judge(phone)
    phone.locator("main form button[type=submit]").click()  # nothing filled in: told, by the side of each field
    expect(phone.locator(".notice--stop")).to_be_visible()
    judge(phone)
    phone.select_option("[name=place]", "CB-COBA")
    phone.fill("[name=name]", "Vi Thị Hồng")
    phone.fill("[name=birth_on]", "12/03/1991")
    phone.select_option("[name=group]", "FARMER")
    phone.check("[name=has_consent]")
    phone.locator("main form button[type=submit]").click()
    code = phone.locator(".said-code").inner_text()
    judge(phone)
    assert "Hồng" not in phone.content() + phone.url
    desk.goto("/work/readers/")
    desk.locator("main a[href$='/registrations/']").click()
    expect(desk.locator("main li.card", has_text="Vi Thị Hồng")).to_be_visible()
    judge(desk)
    desk.fill("#code", code.lower())
    desk.keyboard.press("Enter")
    expect(desk.locator("[name=name]")).to_have_value("Vi Thị Hồng")
    judge(desk)
    desk.locator("main form button[type=submit]").last.click()
    expect(desk.locator("#desk-reader")).to_contain_text("Vi Thị Hồng")
    desk.goto("/work/registrations/")
    expect(desk.locator("main li.card")).to_have_count(0)


def test_cards_are_printed_for_those_who_joined_lately(phone, desk, sign_in, judge):
    sign_in(phone, "lan")
    phone.goto("/work/readers/cards/")
    judge(phone)
    desk.goto("/work/readers/cards/?new=1")
    assert re.search(r"BD\d{8}", desk.locator("[name=cards]").input_value())
    judge(desk)
    with desk.expect_response(lambda answer: answer.request.method == "POST") as printed:
        desk.locator("main form button[type=submit]").click()
    assert printed.value.headers["content-type"] == "application/pdf"
    desk.goto("/work/readers/cards/")
    desk.fill("[name=cards]", "BD99999999")
    desk.locator("main form button[type=submit]").click()
    expect(desk.locator("main form")).to_contain_text("BD99999999")
    judge(desk)


def test_two_cards_of_one_person_are_put_together_and_parted_again(phone, desk, sign_in, judge):
    sign_in(phone, "lan")
    desk.goto("/work/cases/")
    judge(desk)
    desk.locator("a.case-line", has_text="điện thoại").first.click()
    judge(desk)
    address = desk.locator("main a[href*='/same-person/']").get_attribute("href")
    phone.goto(address)
    judge(phone)
    desk.goto(address)
    judge(desk)
    for choice in desk.locator("main form fieldset, main form .field").all():
        if (first := choice.locator("input[type=radio]")).count():
            first.first.check()
    desk.locator("main form button[type=submit]").last.click()
    other = desk.locator("section[aria-labelledby=cards-title]")
    expect(other).to_contain_text(TWICE)
    judge(desk)
    other.locator("button").click()
    expect(other).to_have_count(0)


def test_what_is_wrong_is_asked_for_at_home_and_put_right_at_the_desk(phone, desk, busy_site, judge):
    enter(phone, busy_site.data, CORRECTED)
    phone.goto("/my/card/")
    judge(phone)
    messages = phone.locator("button[name=purpose][value=messages]")
    messages.click()  # consent, purpose by purpose
    expect(messages).to_have_count(0)
    judge(phone)
    phone.goto("/my/card/correct/")
    judge(phone)
    phone.fill("[name=address]", "Xóm Khuổi Tuông")
    phone.locator(".own-form button[type=submit]").click()
    phone.wait_for_url("**/my/card/")
    desk.goto("/work/readers/")
    desk.locator("main a[href$='/corrections/']").click()
    asked = desk.locator("main li.card", has_text=CORRECTED)
    expect(asked).to_contain_text("Xóm Khuổi Tuông")
    judge(desk)
    asked.locator("button[type=submit]").first.click()
    expect(asked).to_have_count(0)
    phone.reload()
    expect(phone.locator("main")).to_contain_text("Xóm Khuổi Tuông")


def test_a_reader_is_erased_after_it_was_said_what_goes_and_what_stays(phone, desk, sign_in, judge):
    sign_in(phone, "hoa")
    phone.goto(f"/work/readers/?q={LEAVING}")
    phone.locator("main a.card", has_text=LEAVING).click()
    judge(phone)
    phone.locator("main a[href$='/erase/']").click()
    judge(phone)
    phone.select_option("#basis", "REQUEST")
    phone.check("#sure")
    phone.locator("main form button[type=submit]").click()
    expect(phone.locator(".notice--done, .notice--info")).to_be_visible()
    phone.goto(f"/work/readers/?q={LEAVING}")
    expect(phone.locator("main a.card", has_text=LEAVING)).to_have_count(0)
    judge(phone)
