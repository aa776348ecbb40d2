"""Every address of the workbench, mounted at /work/."""

from __future__ import annotations

from django.urls import path

from guisach.web.work.views import account, cases, copies, counts, desk, loans, policies, readers, records

app_name = "work"

urlpatterns = [
    path("", desk.home, name="home"),
    path("sign-in/", account.sign_in, name="sign_in"),
    path("sign-out/", account.sign_out, name="sign_out"),
    path("password/", account.password, name="password"),
    path("place/", account.place, name="place"),
    path("desk/scan/", desk.scan, name="scan"),
    path("desk/choose/", desk.choose, name="choose"),
    path("desk/done/", desk.done, name="done"),
    path("returns/", loans.returns, name="returns"),
    path("loans/take-back/", loans.take_back, name="take_back"),
    path("loans/renew/", loans.renew, name="renew"),
    path("undo/", loans.undo, name="undo"),
    path("readers/", readers.find, name="readers"),
    path("readers/join/", readers.join, name="join"),
    path("readers/<uuid:reader>/", readers.show, name="reader"),
    path("readers/<uuid:reader>/correct/", readers.correct, name="correct"),
    path("readers/<uuid:reader>/renew-card/", readers.renew_card, name="renew_card"),
    path("count/", counts.count, name="count"),
    path("books/", records.find, name="books"),
    path("records/<int:record>/", records.show, name="record"),
    path("copies/<path:barcode>/", copies.show, name="copy"),
    path("policies/", policies.show_list, name="policies"),
    path("policies/draft/", policies.draft, name="draft_rules"),
    path("policies/<int:version>/", policies.show, name="rulebook"),
    path("closures/", policies.closures, name="closures"),
    path("closures/<int:closure>/open/", policies.open_again, name="open_again"),
    path("cases/", cases.show_list, name="cases"),
    path("cases/<slug:case>/", cases.show, name="case"),
]
