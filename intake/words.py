"""Words: the languages, where their catalogues lie, and the pipeline that keeps them complete.

Two gettext domains. `field` holds the phone's words: the context is the dotted key of `translations/reference/*.toml`,
the message id its English text. `office` holds everything rendered by the server; its message ids are English.
Templates and catalogues carry no dates and no line numbers, so that they change only when words do.

    extract   write translations/field.pot and office.pot anew
    update    bring every language's catalogues in line with the templates; nothing fuzzy is ever made
    check     say what is stale, missing, misspelt in its placeholders or forbidden
    compile   prove that every catalogue compiles, and write the .mo files
"""

import gettext
import io
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from intake.domain.problems import CATALOGUE
from intake.files import PACKAGE, asset

DOMAINS = ("field", "office")
REFERENCE = "en"
CATEGORIES = ("zero", "one", "two", "few", "many", "other")
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}
PLACEHOLDERS = {"field": re.compile(r"\{(\w+)\}"), "office": re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")}

# What an officer must never have to understand, as whole words or beginnings of words, per language.
JARGON = {
    "en": r"\b(sync\w*|cach\w*|queue\w*|cases?|incidents?)\b",
    "fr": r"\b(synchro\w*|cache|caches|file d.attente|cas|incidents?|dossiers?)\b",
    "es": r"\b(sincroniz\w*|cach[eé]s?|cola|casos?|incidentes?|expedientes?)\b",
    "ht": r"\b(senkwoniz\w*|kach|keu|ensidan|dosye)\b",
    "sw": r"\b(sawazish\w*|landanish\w*|kache|foleni|kesi|tukio la|jalada)\b",
    "so": r"\b(kiis\w*|dhacdo\w*|kayd ku meel gaar\w*)\b",
    "ln": r"\b(synchron\w*|cache|dosié|dosye|likambo ya motuya)\b",
    "sg": r"\b(synchron\w*|cache|file d.attente|dosi[ée]r?|dosye|cas|incidents?)\b",
    "pga": r"\b(sync\w*|tazamun|cache|queue|gadiya|hadisa|incidents?)\b",
    "ar": r"(مزامن|التخزين المؤقت|الذاكرة المؤقتة|طابور|حادثة|الحالة رقم)",
}

# Before these signs, and inside guillemets, French sets a space at which a line must not break: U+202F before ; ! ?
# and U+00A0 elsewhere (CLDR, French). After an ordinary one the sign may stand alone at the start of a line.
LOOSE = {"fr": re.compile(r" [:;!?»]|« ")}

Text = str | dict[str, str]


@dataclass(frozen=True)
class Language:
    """One entry of translations/languages.toml. `plural` lines are (category, modulus, from, to)."""

    tag: str
    name: str
    dir: str
    formats_from: str
    plural: tuple[tuple[str, int, int, int], ...]
    offered: bool
    reviewed: Mapping[str, str] | None

    @property
    def categories(self) -> tuple[str, ...]:
        """The plural forms it has, in the order of a catalogue's msgstr[0], msgstr[1], …"""
        used = {line[0] for line in self.plural} | {"other"}
        return tuple(name for name in CATEGORIES if name in used)

    def category(self, n: int) -> str:
        """Which form the number takes."""
        for name, modulus, low, high in self.plural:
            if low <= (n % modulus if modulus else n) <= high:
                return name
        return "other"

    @property
    def plural_forms(self) -> str:
        """The rule as a catalogue's Plural-Forms header says it."""
        rule = str(len(self.categories) - 1)
        for name, modulus, low, high in reversed(self.plural):
            n = f"n%{modulus}" if modulus else "n"
            test = f"{n}=={low}" if low == high else f"{n}>={low} && {n}<={high}"
            rule = f"({test} ? {self.categories.index(name)} : {rule})"
        return f"nplurals={len(self.categories)}; plural={rule};"


def N_(text: str) -> str:  # noqa: N802  the name that marks a sentence for the catalogues
    """A text that is translated where it is shown."""
    return text


@cache
def languages() -> dict[str, Language]:
    """Every known language by tag, in the order of the registry."""
    table = tomllib.loads(asset("translations/languages.toml").read_text("utf-8"))
    return {
        tag: Language(
            tag=tag,
            name=entry["name"],
            dir=entry["dir"],
            formats_from=entry["formats_from"],
            plural=tuple((name, modulus, low, high) for name, modulus, low, high in entry["plural"]),
            offered=entry["offered"],
            reviewed=entry.get("reviewed"),
        )
        for tag, entry in table.items()
    }


def offered() -> list[Language]:
    """The languages people may choose."""
    return [language for language in languages().values() if language.offered]


@cache
def invented_states(tag: str) -> Mapping[str, str]:
    """The States of a demo, code and name in a language: `translations/invented_states.toml`."""
    script = "Arab" if languages()[tag].dir == "rtl" else "Latn"
    table = tomllib.loads(asset("translations/invented_states.toml").read_text("utf-8"))
    return {code: names[script] for code, names in table.items()}


# ---- the phone's words


@cache
def reference() -> dict[str, Text]:
    """The phone's words in English: dotted key → text, or {"one": …, "other": …}. Raises ValueError for a key twice."""
    found: dict[str, Text] = {}
    for path in sorted(asset("translations/reference").glob("*.toml")):
        for key, text in _flat(tomllib.loads(path.read_text("utf-8")), ""):
            if key in found:
                raise ValueError(f"{path.name}: {key} stands in two places")
            found[key] = text
    return found


def _flat(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Text]]:
    for name, value in table.items():
        if isinstance(value, str):
            yield prefix + name, value
        elif set(value) <= set(CATEGORIES):
            yield prefix + name, dict(value)
        else:
            yield from _flat(value, f"{prefix}{name}.")


def field_texts(tag: str) -> dict[str, Text]:
    """The phone's words in one language; what is not translated stands in English."""
    found = dict(reference())
    if tag == REFERENCE:
        return found
    language, catalog = languages()[tag], _read("field", tag)
    for message in _entries(catalog):
        forms = _forms(message.string)
        if not all(forms):
            continue
        if not isinstance(message.id, str):
            found[str(message.context)] = dict(zip(language.categories, forms, strict=True))
        else:
            found[str(message.context)] = forms[0]
    return found


def placeholders(text: str) -> set[str]:
    """The names of what is put into a sentence of the phone."""
    return _names("field", text)


# ---- the server's words


@cache
def translations(tag: str) -> gettext.NullTranslations:
    """The server's words in one language, ready to be asked. The reference language needs no catalogue."""
    if tag == REFERENCE or not _path("office", tag).is_file():
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, _read("office", tag))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


# ---- catalogues


def _forms(text: str | Sequence[str] | None) -> list[str]:
    """A message id or its translation as a list: one text, or one per plural form."""
    return [text or ""] if text is None or isinstance(text, str) else list(text)


def _path(domain: str, tag: str) -> Path:
    return asset(f"translations/{tag}/LC_MESSAGES/{domain}.po")


def _template(domain: str) -> Path:
    return asset(f"translations/{domain}.pot")


def _read(domain: str, tag: str) -> Catalog:
    return read_po(io.BytesIO(_path(domain, tag).read_bytes()), domain=domain, abort_invalid=True)


def _entries(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def _bytes(catalog: Catalog, language: Language | None = None) -> bytes:
    """The catalogue as a file, with a header that never changes by itself and without obsolete entries."""
    headers = ["MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"]
    if language is not None:
        headers = [f"Language: {language.tag}", *headers, f"Plural-Forms: {language.plural_forms}"]
    out = io.BytesIO()
    write_po(out, catalog, no_location=True, omit_header=True, ignore_obsolete=True, width=0)
    head = "".join(f'"{header}\\n"\n' for header in headers)
    return f'msgid ""\nmsgstr ""\n{head}\n'.encode() + out.getvalue()


def _field_template() -> Catalog:
    catalog = Catalog(domain="field")
    for key, text in sorted(reference().items()):
        catalog.add(text if isinstance(text, str) else (text["one"], text["other"]), context=key)
    return catalog


@cache
def _office_template() -> Catalog:
    """Read from all sources, once; nobody writes into it."""
    catalog = Catalog(domain="office")
    found: set[str | tuple[str, ...]] = {kind.title for kind in CATALOGUE.values()}
    for path in sorted(PACKAGE.rglob("*.py")):
        found |= _messages("python", path)
    for folder in ("charts", "office", "public"):
        for path in sorted(asset(f"templates/{folder}").rglob("*.html")):
            found |= _messages("jinja2", path)
    for message in sorted(found, key=lambda one: (one,) if isinstance(one, str) else one):
        catalog.add(message)
    return catalog


def _messages(method: str, path: Path) -> set[str | tuple[str, ...]]:
    found = extract_from_file(method, path, keywords=KEYWORDS, options={"silent": "false"})
    return {
        tuple(message) if isinstance(message, (list, tuple)) else message for _line, message, _notes, _context in found
    }


TEMPLATES: Mapping[str, Callable[[], Catalog]] = {"field": _field_template, "office": _office_template}


# ---- the pipeline; each step returns what is wrong, nothing when all is well


def run(step: str) -> list[str]:
    """One step of the pipeline by name. Raises KeyError for a name that is none."""
    return STEPS[step]()


def extract() -> list[str]:
    """Write both templates anew."""
    for domain in DOMAINS:
        _template(domain).write_bytes(_bytes(TEMPLATES[domain]()))
    return []


def update() -> list[str]:
    """Bring the catalogues of every offered language in line with the templates. Existing words are kept."""
    for language in offered():
        if language.tag == REFERENCE:
            continue
        for domain in DOMAINS:
            _update(domain, language)
    return []


def _update(domain: str, language: Language) -> None:
    catalog = Catalog(domain=domain)
    catalog.mime_headers = [("Plural-Forms", language.plural_forms)]
    old = {}
    path = _path(domain, language.tag)
    if path.is_file():
        old = {(message.context, message.id): message.string for message in _entries(_read(domain, language.tag))}
    for message in _entries(TEMPLATES[domain]()):
        kept = old.get((message.context, message.id))
        if kept is None:
            kept = "" if isinstance(message.id, str) else ("",) * len(language.categories)
        catalog.add(message.id, kept, context=message.context)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_bytes(catalog, language))


def check() -> list[str]:
    """Everything that is wrong with the templates and with the catalogues of the offered languages."""
    found = [f"{domain}.pot is stale" for domain in DOMAINS if _stale(domain)]
    found += _jargon(REFERENCE)
    for language in offered():
        if language.tag != REFERENCE:
            for domain in DOMAINS:
                found += _check(domain, language)
            found += _jargon(language.tag)
    return found


def _stale(domain: str) -> bool:
    path = _template(domain)
    return not path.is_file() or path.read_bytes() != _bytes(TEMPLATES[domain]())


def _check(domain: str, language: Language) -> list[str]:
    name, path = f"{language.tag}/{domain}", _path(domain, language.tag)
    if not path.is_file():
        return [f"{name}: there is no catalogue"]
    raw = path.read_text("utf-8")
    found = [f"{name}: {what}" for what in ("#:", "#, fuzzy", "#~", "-Date:") if what in raw]
    if f'"Plural-Forms: {language.plural_forms}\\n"' not in raw:
        found.append(f"{name}: the plural rule is not that of the registry")
    entries = {(message.context, message.id): message for message in _entries(_read(domain, language.tag))}
    wanted = {(message.context, message.id) for message in _entries(TEMPLATES[domain]())}
    found += [f"{name}: not in the template: {key}" for key in entries if key not in wanted]
    found += [f"{name}: not in the catalogue: {key}" for key in wanted if key not in entries]
    for message in entries.values():
        found += [f"{name}: {wrong}: {message.context or message.id}" for wrong in _wrong(domain, language, message)]
    return found


def _wrong(domain: str, language: Language, message: Message) -> list[str]:
    plural, forms = not isinstance(message.id, str), _forms(message.string)
    if plural and len(forms) != len(language.categories):
        return ["wrong number of plural forms"]
    if not all(forms):
        return ["not translated"]
    names = _names(domain, _forms(message.id)[-1])
    found = []
    if any(_names(domain, form) - names for form in forms) or _names(domain, forms[-1]) != names:
        found.append("placeholders differ")
    if plural and any(names - _names(domain, form) - {"n", "num"} for form in forms):
        found.append("a plural form lacks a placeholder")
    if language.tag in LOOSE and any(LOOSE[language.tag].search(form) for form in forms):
        found.append("an ordinary space beside a sign")
    return found


def _names(domain: str, text: str) -> set[str]:
    return {str(found[found.lastindex or 0]) for found in PLACEHOLDERS[domain].finditer(text)}


def _jargon(tag: str) -> list[str]:
    if tag not in JARGON or (tag != REFERENCE and not _path("field", tag).is_file()):
        return []
    found = []
    for key, text in field_texts(tag).items():
        for form in [text] if isinstance(text, str) else text.values():
            found += [f"{tag}: {key} says “{hit.group()}”" for hit in re.finditer(JARGON[tag], form, re.IGNORECASE)]
    return found


def compile_all() -> list[str]:
    """Write every catalogue's .mo, for tools that read those. The program itself reads the .po."""
    for language in offered():
        for domain in DOMAINS:
            path = _path(domain, language.tag)
            if path.is_file():
                with path.with_suffix(".mo").open("wb") as out:
                    write_mo(out, _read(domain, language.tag))
    return []


STEPS: Mapping[str, Callable[[], list[str]]] = {
    "extract": extract,
    "update": update,
    "check": check,
    "compile": compile_all,
}
