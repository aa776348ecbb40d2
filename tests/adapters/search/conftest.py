"""A small catalogue to search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from guisach.adapters.search import TantivyIndex
from guisach.domain.catalogue.rules.search import Document

if TYPE_CHECKING:
    from pathlib import Path

SHELF = (
    Document(
        1,
        "Dế Mèn phiêu lưu ký",
        authors=("Tô Hoài",),
        subjects=("Văn học thiếu nhi", "Truyện"),
        publisher="Kim Đồng",
        year=2019,
        language="vie",
        kind="BOOK",
        ddc="895.922334",
        isbns=("978-604-2-12345-3 (bìa cứng)",),
        places=("CB01", "CB02"),
        loans=120,
    ),
    Document(2, "Dê mẹ và bảy chú dê con", subjects=("Văn học thiếu nhi",), year=2001, language="vie", kind="COMIC"),
    Document(3, "Hóa học lớp 9", year=2021, language="vie", kind="TEXTBOOK", places=("CB01",), loans=40),
    Document(4, "Hoa học trò", year=1998, language="vie", kind="SERIAL"),
    Document(5, "Vật lí đại cương", "Cơ học và nhiệt học", ("Lương Duyên Bình",), year=2009, kind="TEXTBOOK"),
    Document(6, "Phja Đén, khẩu sli", authors=("Bế Viết Đẳng",), language="tyz", kind="BOOK"),
    Document(7, "Truyện Kiều", authors=("Nguyễn Du",), year=1820, language="vie", kind="BOOK", loans=300),
    Document(
        8, "Tess of the d'Urbervilles", authors=("Thomas Hardy",), language="eng", kind="BOOK", isbns=("0141439599",)
    ),
    Document(9, "Mắt biếc", authors=("Nguyễn Nhật Ánh",), year=1990, language="vie", kind="BOOK", loans=200),
    Document(
        10, "Cho tôi xin một vé đi tuổi thơ", authors=("Nguyễn Nhật Ánh",), year=2008, language="vie", kind="BOOK"
    ),
    Document(11, "10.000 câu hỏi vì sao", series="Tri thức", year=2015, language="vie", kind="BOOK"),
    Document(12, "Người H'Mông ở Cao Bằng", subjects=("Dân tộc học",), year=2015, language="vie", kind="LOCAL"),
)


@pytest.fixture
def index(tmp_path: Path) -> TantivyIndex:
    """An index of the shelf, at position 12."""
    index = TantivyIndex(tmp_path / "index")
    with index.rebuild() as writer:
        writer.put(SHELF)
        writer.commit(12)
    return index
