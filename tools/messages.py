"""Collects every text of the product and keeps the Vietnamese catalogue in step with it, in pure Python.

    python tools/messages.py update [--translations FILE…]   bring the catalogue up to date
    python tools/messages.py missing                         print what still lacks a translation

English is the language of the source, so the texts there are the English edition and only Vietnamese has a
catalogue. A file of translations has one line for each text: `msgid<TAB>msgstr`, a line break written as `\\n`;
a text with a plural is `msgid|||plural<TAB>msgstr`; a text with a context is `context###msgid<TAB>msgstr`.
"""

from __future__ import annotations

import argparse
import ast
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import polib
from babel.messages.extract import extract_python
from django.utils.translation.template import templatize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = ROOT / "src" / "guisach"
CATALOGUE = PRODUCT / "locale" / "vi" / "LC_MESSAGES" / "django.po"
# What each function of django.utils.translation takes: positions of text, plural and context.
SIGNATURES: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
KEYWORDS = {name + suffix: takes for name, takes in SIGNATURES.items() for suffix in ("", "_lazy")}
KEYWORDS["gettext_noop"] = None


class Message(NamedTuple):
    """A text of the product; without a plural or a context these are empty."""

    context: str
    text: str
    plural: str


def in_python(source: str) -> Iterator[Message]:
    """Give the texts of a Python module, whatever names it imports the functions under."""
    keywords = dict(KEYWORDS)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            keywords |= {n.asname: KEYWORDS[n.name] for n in node.names if n.asname and n.name in KEYWORDS}
    yield from _extract(source, keywords)


def in_template(source: str, origin: str = "") -> Iterator[Message]:
    """Give the texts of a Django template."""
    yield from _extract(templatize(source, origin=origin), {**KEYWORDS, "_": None})


def _extract(source: str, keywords: dict[str, tuple[int | tuple[int, str], ...] | None]) -> Iterator[Message]:
    file = io.BytesIO(source.encode())
    for _, function, found, _ in extract_python(file, list(keywords), [], {"encoding": "utf-8"}):
        texts = list(found) if isinstance(found, tuple) else [found]
        takes = keywords[function or ""] or (1,)
        parts = {"c": "", 0: "", 1: ""}
        position = 0
        for spec in takes:
            at, key = (spec[0], "c") if isinstance(spec, tuple) else (spec, position)
            parts[key] = (texts[at - 1] or "") if at <= len(texts) else ""
            position += key != "c"
        if parts[0]:
            yield Message(str(parts["c"]), str(parts[0]), str(parts[1]))


def all_messages() -> dict[Message, list[str]]:
    """Give every text of the product with the files that hold it."""
    found: dict[Message, set[str]] = {}
    for file in sorted(PRODUCT.rglob("*")):
        parts = file.relative_to(PRODUCT).parts
        if not file.is_file() or "migrations" in parts or "static" in parts:
            continue
        if file.suffix == ".py":
            messages = in_python(file.read_text(encoding="utf-8"))
        elif file.suffix == ".html" and "templates" in parts:
            messages = in_template(file.read_text(encoding="utf-8"), origin=file.name)
        else:
            continue
        for message in messages:
            found.setdefault(message, set()).add(file.relative_to(ROOT).as_posix())
    return {message: sorted(files) for message, files in sorted(found.items(), key=_order)}


def _order(item: tuple[Message, object]) -> tuple[str, str, str]:
    message = item[0]
    return message.text, message.context, message.plural


def read_translations(files: Iterable[Path]) -> tuple[dict[Message, str], list[str]]:
    """Read files of translations; gives them, and a complaint for each line that is wrong or contradicts."""
    translations: dict[Message, str] = {}
    complaints = []
    for file in files:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if not line.strip() or line.startswith("#\t"):
                continue
            source, tab, translation = line.partition("\t")
            if not tab or not translation.strip() or "\t" in translation:
                complaints.append(f"{file}:{number}: expected msgid<TAB>msgstr: {line}")
                continue
            context, _, text = source.rpartition("###")
            text, _, plural = text.partition("|||")
            message = Message(*(part.replace("\\n", "\n") for part in (context, text, plural)))
            translation = translation.replace("\\n", "\n")
            kept = translations.setdefault(message, translation)
            if kept != translation:
                complaints.append(f"{file}:{number}: {text!r} is already {kept!r}, not {translation!r}")
    return translations, complaints


def update(files: Iterable[Path]) -> list[str]:
    """Write the catalogue anew: what the source holds, translated as before or as the files say.

    A translation in the files wins over an older one. Gives complaints; none of them stops the rest.
    """
    kept = {_key(entry): entry for entry in read_catalogue()}
    given, complaints = read_translations(files)
    messages = all_messages()
    complaints += [f"not in the source: {message.text!r}" for message in given if message not in messages]
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = {
        "Project-Id-Version": "guisach",
        "Language": "vi",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    for message in messages:
        translation = given.get(message) or (_translation(kept[message]) if message in kept else "")
        catalogue.append(_entry(message, translation))
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(CATALOGUE))
    return complaints


def _entry(message: Message, translation: str) -> polib.POEntry:
    flags = ["python-format"] if "%(" in message.text + message.plural else []
    common = {"msgctxt": message.context or None, "msgid": message.text, "flags": flags}
    if message.plural:
        return polib.POEntry(**common, msgid_plural=message.plural, msgstr_plural={0: translation})
    return polib.POEntry(**common, msgstr=translation)


def read_catalogue() -> polib.POFile:
    """Read the catalogue; an empty one where there is none yet."""
    return polib.pofile(str(CATALOGUE)) if CATALOGUE.is_file() else polib.POFile()


def _key(entry: polib.POEntry) -> Message:
    return Message(entry.msgctxt or "", entry.msgid, entry.msgid_plural or "")


def _translation(entry: polib.POEntry) -> str:
    return "" if entry.fuzzy else str(entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr)


def translated() -> dict[Message, str]:
    """Give the catalogue as text → translation, without fuzzy, obsolete and empty entries."""
    pairs = ((_key(entry), _translation(entry)) for entry in read_catalogue() if not entry.obsolete)
    return {message: translation for message, translation in pairs if translation}


def as_line(message: Message) -> str:
    """Write a text as the first column of a file of translations."""
    source = (f"{message.context}###" if message.context else "") + message.text
    return (source + (f"|||{message.plural}" if message.plural else "")).replace("\n", "\\n")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("command", choices=["update", "missing"])
    parser.add_argument("--translations", nargs="+", type=Path, default=[], metavar="FILE")
    choice = parser.parse_args()
    if choice.command == "update":
        for complaint in update(choice.translations):
            print(complaint, file=sys.stderr)
    done = translated()
    missing = [message for message in all_messages() if message not in done]
    if choice.command == "missing":
        for message in missing:
            print(as_line(message))
    print(f"{len(all_messages())} texts, {len(missing)} without a translation", file=sys.stderr)


if __name__ == "__main__":
    main()
