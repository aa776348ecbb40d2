"""Addresses of the readers' pages; they are printed on posters, so they stay."""

from __future__ import annotations

from django.urls import path

from guisach.web.portal import browse, finding, laws, lists, local, mine, registering, views
from guisach.web.portal.own import bags, card, consent, diary, keeping, loans, requests, signing

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("near/", views.near, name="near"),
    path("search/", finding.find, name="search"),
    path("suggest/", finding.suggestions, name="suggest"),
    path("records/<int:record_id>/", views.show_record, name="record"),
    path("places/", views.places, name="places"),
    path("places/<str:code>/", views.show_place, name="place"),
    path("fairs/", views.fairs, name="fairs"),
    path("browse/", browse.home, name="browse"),
    path("browse/new/", browse.new, name="new"),
    path("browse/loved/", browse.loved, name="loved"),
    path("browse/ddc/", browse.classes, name="classes"),
    path("browse/ddc/<str:number>/", browse.classes, name="class"),
    path("browse/<str:shelf>/", browse.headings, name="headings"),
    path("browse/<str:shelf>/titles/", browse.heading, name="heading"),
    path("laws/", laws.laws, name="laws"),
    path("local/", local.local, name="local"),
    path("lists/", lists.lists, name="lists"),
    path("lists/<int:list_id>/", lists.show, name="list"),
    path("my-list/", mine.my_list, name="my_list"),
    path("my-list/save/", mine.save, name="save"),
    path("my-list/shared/", mine.shared, name="shared_list"),
    path("register/", registering.register, name="register"),
    path("register/done/", registering.registered, name="registered"),
    path("my/", loans.books, name="my_books"),
    path("my/requests/", requests.requests, name="my_requests"),
    path("my/bag/", bags.bag, name="my_bag"),
    path("my/suggest/", requests.suggest, name="my_suggest"),
    path("my/requests/cancel/", requests.cancel, name="my_cancel"),
    path("my/ask/<int:record_id>/", requests.ask, name="my_ask"),
    path("my/renew/", loans.renew, name="my_renew"),
    path("my/sign-in/", signing.sign_in, name="my_sign_in"),
    path("my/code/", signing.send_code, name="my_code"),
    path("my/sign-out/", signing.sign_out, name="my_sign_out"),
    path("my/history/", keeping.history, name="my_history"),
    path("my/diary/", diary.diary, name="my_diary"),
    path("my/card/", card.card, name="my_card"),
    path("my/card/contact/", card.contact, name="my_contact"),
    path("my/card/correct/", consent.correct, name="my_correct"),
    path("my/card/consent/", consent.withdraw, name="my_withdraw"),
    path("my/card/erase/", card.erase, name="my_erase"),
    path("my/card/data/", card.data, name="my_data"),
    path("my/pin/", signing.pin, name="my_pin"),
    path("about/", views.about, name="about"),
]
