"""The keeper's guide to the offline desk: one page of A4 with pictures, to lie beside the telephone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from guisach.adapters.printing.typesetting import typeset

if TYPE_CHECKING:
    from guisach.adapters.printing.typesetting import Form

PICTURES: Final = (
    ("muon", "Mượn: quét thẻ, rồi từng cuốn"),
    ("tra", "Trả: quét từng cuốn"),
    ("cho-gui", "Chờ gửi: việc chưa về tỉnh"),
)
"""Screens of the desk, light and 360 pixels wide; `make shots` takes them anew into `templates/pictures/`."""

_DAILY: Final = (
    ("Mở quầy", "Bấm hình Gùi Sách trên màn hình chính, chọn tên, gõ PIN."),
    ("Mượn", "Quét thẻ rồi quét sách, hoặc gõ số. Quên thẻ: gõ tên, không cần dấu."),
    ("Trả", "Mục Trả, quét từng cuốn. Chưa cần biết ai mượn."),
    ("Gia hạn", "Tìm bạn đọc, bấm Gia hạn cạnh cuốn sách."),
    ("Làm thẻ", "Tìm → Làm thẻ mới. Đọc to lời xin đồng ý, người ta nói có mới đánh dấu."),
    ("Đếm", "Mục Đếm: bấm + mỗi khi có người vào; người dự hoạt động cũng ghi ở đây."),
    ("Ghi nhầm", "Bấm Bỏ ở dòng ấy."),
    ("Đổi người", "Thêm → Đổi người, khóa quầy. Không mất gì cả."),
    ("Cuối ngày", "Có mạng: bấm Gửi ngay. Không mạng: Chờ gửi → Lưu ra tệp, chép sang thẻ nhớ."),
)
_WHEN: Final = (
    ("Dòng xanh, một tiếng cao", "Xong."),
    ("Dòng hồng, hai tiếng trầm", "Đã ghi, nhưng nên đọc câu viết ở dưới."),
    ("Không có mạng", "Cứ làm việc. Máy giữ hết, có mạng thì tự gửi."),
    ("Chưa biết sách này", "Đã ghi; tỉnh sẽ tra."),
    ("Số chưa đúng", "Xem lại số trên thẻ hay trên nhãn, gõ lại."),
    ("Có bản mới", "Lúc vắng khách: Lưu ra tệp, rồi Dùng bản mới."),
    ("Bộ nhớ đầy, CHƯA ghi", "Xóa bớt ảnh, phim trong máy rồi quét lại."),
    ("Sai PIN 5 lần", "Chờ đến khi có mạng. Dữ liệu vẫn còn."),
    ("Mất máy", "Báo ngay thư viện tỉnh để thu hồi."),
)
_RULE: Final = "Sách đã ở tay người ta thì cứ đưa. Còn việc chờ gửi thì đừng xóa dữ liệu của Chrome."


def guide(*, place: str, contact: str = "", form: Form = "pdf", ppi: float = 110) -> list[bytes]:
    """Print the guide for a place; `contact` is whom to call when nothing here helps."""
    data = {
        "title": "Quầy khi mất mạng",
        "place": place,
        "lead": "Máy này làm quầy được nhiều ngày không có mạng. Có mạng lại thì mọi việc về tỉnh, mỗi việc một lần.",
        "pictures": PICTURES,
        "parts": (("Mỗi ngày", _DAILY), ("Khi thấy", _WHEN)),
        "rule": _RULE,
        "contact": contact,
    }
    return typeset("guide.typ", data, form=form, ppi=ppi)
