"""What UNIMARC and MARC 21 call the same things by: roles, countries, and fields that only change their names."""

from __future__ import annotations

from typing import Final, NamedTuple

ROLES: Final = {
    "010": "adp", "020": "ann", "040": "art", "070": "", "075": "aft", "080": "aui", "090": "aud", "100": "ant",
    "110": "bnd", "180": "ctg", "205": "ctb", "210": "cwt", "212": "cwt", "220": "com", "230": "cmp", "250": "cnd",
    "273": "cur", "300": "drt", "305": "dis", "340": "edt", "350": "egr", "390": "fmo", "420": "hnr", "440": "ill",
    "460": "ive", "470": "ivr", "520": "lyr", "550": "nrt", "557": "orm", "590": "prf", "595": "pro", "600": "pht",
    "610": "prt", "630": "pro", "650": "pbl", "651": "pbd", "673": "rth", "675": "rev", "690": "sce", "723": "spn",
    "727": "ths", "730": "trl",
}  # fmt: skip
"""Codes of functions (UNIMARC $4) to relators of MARC; the author needs none."""

COUNTRIES: Final = {
    "VN": "vm", "LA": "ls", "KH": "cb", "TH": "th", "CN": "cc", "TW": "ch", "JP": "ja", "KR": "ko", "KP": "kn",
    "SG": "si", "MY": "my", "ID": "io", "PH": "ph", "IN": "ii", "RU": "ru", "FR": "fr", "DE": "gw", "GB": "xxk",
    "US": "xxu", "CA": "xxc", "AU": "at", "NZ": "nz", "IT": "it", "ES": "sp", "PT": "po", "CH": "sz", "BE": "be",
    "NL": "ne", "AT": "au", "PL": "pl", "CZ": "xr", "HU": "hu", "SE": "sw", "NO": "no", "DK": "dk", "FI": "fi",
}  # fmt: skip
"""ISO 3166 to MARC's list of countries; what is not here is "xx" in the coded field and stays in 044."""

TYPES: Final = {"b": "t", "l": "m", "m": "o"}
"""Types of record (leader/06) that have another letter in MARC 21."""
AUDIENCES: Final = {"a": "j", "b": "a", "c": "b", "d": "c", "e": "d", "k": "f", "m": "e"}
DATE_TYPES: Final = {
    "a": "c", "b": "d", "c": "u", "d": "s", "e": "r", "f": "q", "g": "m", "h": "t", "i": "p", "j": "e"
}  # fmt: skip
ILLUSTRATIONS: Final = {**{letter: letter for letter in "abcdefghijklm"}, "o": "p"}
LITERARY: Final = {
    "a": "1", "b": "d", "c": "e", "d": "h", "e": "i", "f": "j", "g": "p", "h": "s", "y": "0", "z": "m"
}  # fmt: skip


class Renamed(NamedTuple):
    """A field that gets another tag and other codes and stays what it is."""

    tag: str
    indicators: str
    codes: dict[str, str]
    """Old code to new; a subfield that is not listed is kept with its own where `keeps_others`."""
    keeps_others: bool = False


def _codes(text: str) -> dict[str, str]:
    """Read "ab cd" as a → b, c → d."""
    return {pair[0]: pair[1] for pair in text.split()}


_TITLE = _codes("aa eb hn ip")
_PLAIN = _codes("aa")
_SUBDIVIDED = _codes("aa xx yz zy jv 22 30")  # geography and time have each other's letters
RENAMED: Final[dict[str, Renamed]] = {
    "010": Renamed("020", "  ", _codes("aa bq dc zz")),
    "011": Renamed("022", "  ", _codes("aa yy zz")),
    "013": Renamed("024", "2 ", _codes("aa bq dc zz")),
    "020": Renamed("015", "  ", _codes("ba zz aq")),
    "021": Renamed("017", "  ", _codes("ba ab")),
    "035": Renamed("035", "  ", _codes("aa zz")),
    "073": Renamed("024", "3 ", _codes("aa bq dc zz")),
    "207": Renamed("362", "0 ", _PLAIN),
    "208": Renamed("254", "  ", _PLAIN),
    "230": Renamed("256", "  ", _PLAIN),
    "320": Renamed("504", "  ", _PLAIN),
    "321": Renamed("510", "0 ", _PLAIN),
    "322": Renamed("508", "  ", _PLAIN),
    "323": Renamed("511", "0 ", _PLAIN),
    "326": Renamed("310", "  ", _codes("aa bb")),
    "330": Renamed("520", "  ", _PLAIN),
    "333": Renamed("521", "  ", _PLAIN),
    "334": Renamed("586", "  ", _PLAIN),
    "336": Renamed("516", "  ", _PLAIN),
    "337": Renamed("538", "  ", _PLAIN),
    "500": Renamed("240", "10", _codes("aa hn ip kf lk ml qs rm sn ur")),
    "510": Renamed("246", "11", _TITLE),
    "512": Renamed("246", "14", _TITLE),
    "513": Renamed("246", "15", _TITLE),
    "514": Renamed("246", "16", _TITLE),
    "515": Renamed("246", "17", _TITLE),
    "516": Renamed("246", "18", _TITLE),
    "517": Renamed("246", "13", _TITLE),
    "518": Renamed("246", "3 ", _TITLE),
    "520": Renamed("247", "10", {**_TITLE, "j": "f", "x": "x"}),
    "530": Renamed("222", " 0", _codes("aa bb")),
    "531": Renamed("210", "0 ", _codes("aa bb")),
    "532": Renamed("246", "3 ", _TITLE),
    "540": Renamed("246", "3 ", _TITLE),
    "541": Renamed("242", "10", {**_TITLE, "z": "y"}),
    "545": Renamed("246", "3 ", _TITLE),
    "605": Renamed("630", "04", {**_SUBDIVIDED, "h": "n", "i": "p"}),
    "606": Renamed("650", " 4", _SUBDIVIDED),
    "607": Renamed("651", " 4", _SUBDIVIDED),
    "608": Renamed("655", " 4", _SUBDIVIDED),
    "610": Renamed("653", "  ", _PLAIN),
    "675": Renamed("080", "  ", _codes("aa v2")),
    "676": Renamed("082", "04", _codes("aa v2")),
    "680": Renamed("050", " 4", _codes("aa bb")),
    "686": Renamed("084", "  ", _codes("aa bb 22")),
    "852": Renamed("852", "  ", {}, keeps_others=True),
    "856": Renamed("856", "  ", {}, keeps_others=True),
}
"""What is only called otherwise."""

LINKS: Final = {
    "410": "830", "421": "770", "422": "772", "423": "777", "430": "780", "431": "780", "434": "780", "435": "780",
    "440": "785", "441": "785", "444": "785", "445": "785", "451": "775", "452": "776", "453": "767", "454": "765",
    "455": "775", "461": "773", "462": "773", "463": "773", "464": "774", "470": "787", "488": "787",
}  # fmt: skip
"""Fields that link to another record."""
