"""Sample data for the style guide (`ui/guide.html`): enough to show every component in each of its states."""

from __future__ import annotations

from datetime import date

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from guisach.web.ui.icons import drawings


class ReaderSample(forms.Form):
    """A form with a right field, a wrong one, a choice and a tick."""

    name = forms.CharField(label="Họ và tên")
    born = forms.CharField(label="Năm sinh", help_text="Chỉ cần năm, ví dụ 1968.", required=False)
    kind = forms.ChoiceField(
        label="Loại thẻ", choices=[("CHILD", "Trẻ em"), ("ADULT", "Người lớn")], widget=forms.RadioSelect
    )
    place = forms.ChoiceField(label="Điểm phục vụ", choices=[("1", "Thư viện xã Cô Ba"), ("2", "Tủ sách Nà Tao")])
    agreed = forms.BooleanField(label="Bạn đọc đồng ý cho thư viện giữ thông tin này")


def _book(
    title: str, byline: str, ddc: str, state: str, text: str = "", note: str = "", **more: object
) -> dict[str, object]:
    return {
        "href": "#x",
        "title": title,
        "byline": byline,
        "ddc": ddc,
        "state": state,
        "state_text": text,
        "note": note,
    } | more


_FACETS = [
    {
        "label": "Có ở đâu",
        "open": True,
        "values": [
            {"label": "Đang có ở đây", "count": 1204, "href": "#x", "active": True},
            {"label": "Điểm khác", "count": 88, "href": "#x", "active": False},
        ],
    },
    {
        "label": "Ngôn ngữ",
        "open": False,
        "values": [{"label": "Tiếng Việt", "count": 9, "href": "#x"}],
    },
]


def samples() -> dict[str, object]:
    """Give what `ui/guide.html` reads as `samples`."""
    wrong = {"name": "", "born": "1968", "kind": "ADULT", "place": "1"}
    return {
        "themes": ["light", "dark"],
        "scan_url": "#x",
        "crumbs": [("Thư viện xã Cô Ba", "#x"), ("Bạn đọc", "#x")],
        "books": [
            _book(
                "Dế Mèn phiêu lưu ký",
                "Tô Hoài · Kim Đồng, 2022",
                "895.9223",
                "here",
                "Có ngay ở đây",
                "kệ Thiếu nhi",
            ),
            _book(
                "Dế Mèn phiêu lưu ký: truyện tranh",
                "Tô Hoài; Trương Qua tranh · 2020",
                "741.5",
                "coming",
                "Đến với xe, 15 tháng Mười âm",
                detail="đang ở Thư viện tỉnh · 2 người chờ",
                tags=["song ngữ", "tiếng Mông"],
            ),
            _book(
                "Nuôi lợn đen bản địa",
                "Trung tâm Khuyến nông · 2019",
                "636.4",
                "near",
                "Có ở 3 điểm khác",
                "gần nhất: Bảo Lạc",
            ),
            _book(
                "Tô Hoài: truyện chọn lọc cho thiếu nhi",
                "Tô Hoài · 2018",
                "895",
                "online",
                "Đọc trên điện thoại",
                "tải 1,2 MB",
            ),
            _book("Luật Đất đai", "2024", "346", "out"),
            _book("Lượn cọi", "Sưu tầm", "", "person"),
        ],
        "form": ReaderSample(wrong, auto_id="light_%s"),
        "form_dark": ReaderSample(wrong, auto_id="dark_%s"),
        "facets": _FACETS,
        "icons": sorted(drawings()),
        "day": date(2026, 11, 22),
    }


def guide(request: HttpRequest) -> HttpResponse:
    """Show the style guide on the staff's base, or with `?base=portal` on the readers'."""
    base = "ui/portal_base.html" if request.GET.get("base") == "portal" else "ui/staff_base.html"
    return render(request, "ui/guide.html", {"base": base, "samples": samples()})
