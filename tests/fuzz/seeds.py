"""What fuzzing begins with: what the tests' own builders make, and real files where the shared data is."""

from __future__ import annotations

import io
import zipfile
from importlib.resources import files
from pathlib import Path

from guisach.adapters.marc import to_iso2709, to_marcxml, xml_collection
from guisach.adapters.xml import oai_dc
from guisach.domain.catalogue.rules.marc.incoming import Field, Incoming, to_json
from guisach.domain.catalogue.rules.marc.lines import write_lines
from tests.adapters.marc.isis_files import LUOC_SU, in_lines, isis
from tests.adapters.marc.records import book, control, data
from tests.conftest import ROOT, SHARED_DATA

CRASHERS = Path(__file__).with_name("crashers")
_LARGEST = 1 << 15
_RICH = book(
    data("020", "a978-604-2-00000-0"), data("041", "avie"), data("082", "a895.922", marks="04"),
    data("100", "aTô, Hoài", marks="1 "), data("260", "aHà Nội :", "bKim Đồng,", "c2019"), data("300", "a143 tr. ;"),
    data("490", "aTủ sách vàng ;", "v3"), data("650", "aThiếu nhi", "xTruyện", "zViệt Nam", marks=" 4"),
    data("880", "6245-01", "aDế Mèn"), data("952", "pVN000123", "aCB-COBA", "g45.000đ", "d2024-05-31"),
)  # fmt: skip
_UNIMARC = Incoming(
    "00000nam0 2200000   450 ",
    (
        control("001", "u"), data("100", "a20240531d2024    m  y0vie50      ba"),
        data("200", "aTruyện Kiều", "ethơ", "hT.1"), data("210", "aH.", "cVăn học", "d2024"),
        data("461", "12001 ", "aTuyển tập"), data("700", "aNguyễn", "bDu", "4070"),
    ),
)  # fmt: skip
_TABLE = 'Danh mục\n\nNhan đề,Tác giả,Năm,Số ĐKCB,Ghi chú\n"Dế Mèn, tập 1",Tô Hoài,1941,VV01-03,"a\nb"\nSố đỏ,,,,\'=1\n'
_OAI = (
    '<?xml version="1.0" encoding="UTF-8"?><OAI-PMH><responseDate>2026-11-22T00:00:00Z</responseDate><ListRecords>'
    "<record><header><identifier>oai:x:1</identifier><datestamp>2026</datestamp></header><metadata>%s</metadata>"
    '</record><record><header status="deleted"><identifier>b</identifier></header></record>'
    "<resumptionToken>t</resumptionToken></ListRecords></OAI-PMH>"
)
_SRU = (
    '<searchRetrieveResponse xmlns="http://www.loc.gov/zing/srw/"><version>1.2</version><numberOfRecords>1'
    "</numberOfRecords><records><record><recordData>%s</recordData></record></records></searchRetrieveResponse>"
)
_DC = oai_dc([("title", "Dế Mèn"), ("creator", "Tô Hoài"), ("date", "2019"), ("identifier", "urn:isbn:9786042000000")])


def _workbook() -> bytes:
    """Make the smallest workbook that is one."""
    made = io.BytesIO()
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
        '<c r="A1" t="inlineStr"><is><t>Nhan đề</t></is></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>Số đỏ</t>'
        "</is></c></row></sheetData></worksheet>"
    )
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(
            "xl/workbook.xml",
            '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
            f'xmlns:r="{relation}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
            f'Type="{relation}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    return made.getvalue()


def seeds(name: str) -> list[bytes]:
    """Return what the target of this name begins with; crashers of the past among them."""
    own = _made().get(name, [])
    kept = [file.read_bytes() for file in sorted(CRASHERS.glob(f"{name}-*"))]
    return [seed for seed in [*own, *kept, *_real(name)] if len(seed) <= _LARGEST]


def _made() -> dict[str, list[bytes]]:
    marc = [
        to_iso2709(_RICH),
        to_iso2709(book()) * 2,
        to_iso2709(_UNIMARC),
        to_iso2709(book()).replace(b"\x1e", b"", 1),
    ]
    latin = book(Field("500", "  ", (("a", "Th\xad viÖn ®äc s¸ch"),)))
    xml = ["".join(xml_collection([_RICH, book()])).encode(), to_marcxml(latin).encode()]
    json = [f"[{to_json(_RICH)},{to_json(book())}]".encode(), f"{to_json(_RICH)}\n{to_json(_UNIMARC)}".encode()]
    isis_ = [isis(*LUOC_SU), in_lines([isis(*LUOC_SU, end=b"#")] * 2), isis(("245", "10^aA^bB"), ("100", "^aC"))]
    tables = [
        _TABLE.encode(),
        _TABLE.replace(",", "\t").encode("utf-16"),
        _TABLE.replace(",", ";").encode("cp1258", "replace"),
    ]
    oai = [(_OAI % to_marcxml(_RICH)).encode(), (_OAI % _DC).encode(), _DC.encode()]
    data_files = files("guisach.domain.catalogue") / "data"
    vectors = (ROOT / "tests" / "vectors" / "legacy.json").read_bytes()
    return {
        "marc": marc, "xml": xml, "json": json, "isis": isis_, "table": tables, "oai": oai,
        "any": [*marc[:2], *xml[:1], *json[:1], *isis_[:1], b"PK\x03\x04", b"<html>", b"{", b""],
        "workbook": [_workbook()],
        "sru": [(_SRU % to_marcxml(_RICH)).encode()],
        "question": [b'dc.title all "de men" and (bath.isbn=1 or dc.date within "1990 2000") not a', b"2026-01-01",
                     b"2026-01-01T00:00:00Z2026-02-01T00:00:00Z", b"oai:guisach.p04:12"],
        "legacy": [
            *(vectors[at : at + 400] for at in range(0, len(vectors), 400)),
            b"Th\xad vi\xd6n", "Nguyễn".encode("cp1258", "replace"),
        ],
        "words": [
            "978-604-2-00000-0 (bìa mềm) : 45.000đ".encode(), "Nguyễn, Nhật Ánh, 1955-".encode(), b"VV000123-000125",
            b"31/5/2024", b"[S.l. : s.n., 2001?]", "hoà bình thuỷ".encode(),
        ],
        "mapping": [(data_files / name).read_bytes() for name in ("holdings.toml", "tables.toml", "isis.toml")],
        "lines": [write_lines(_RICH).encode(), write_lines(_UNIMARC).encode()],
    }  # fmt: skip


_ENDINGS = {
    "marc": {".mrc", ".marc", ".dat", ".usmarc"}, "xml": {".xml"}, "json": {".json"}, "any": {".mrc", ".xml", ".json"},
    "table": {".csv"},
}  # fmt: skip


def _real(name: str) -> list[bytes]:
    if SHARED_DATA is None or name not in _ENDINGS:
        return []
    found = (path for path in sorted(SHARED_DATA.rglob("*")) if path.suffix in _ENDINGS[name] and path.is_file())
    return [path.read_bytes() for path in found if path.stat().st_size <= _LARGEST]
