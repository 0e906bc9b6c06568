"""Bytes of a text file as text: UTF-8 first, else what the file declares or its bytes tell."""

import codecs
import re
import unicodedata

from retrieval.errors import ArticleError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]{3,20})", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_SAMPLE_BYTES = 4_096
_GUESS_BYTES = 20_000
_MAX_CHAR_BYTES = 4
_LAST_ASCII = 0x7F
# What browsers mean by the names that pages declare; the same sets without it miss characters.
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
_BROWSERS_KNOW = (
    "big5 big5hkscs cp866 cp874 cp932 cp949 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257"
    " cp1258 euc_jp euc_kr gb18030 iso2022_jp iso8859_2 iso8859_3 iso8859_4 iso8859_5 iso8859_6"
    " iso8859_7 iso8859_8 iso8859_10 iso8859_13 iso8859_14 iso8859_15 iso8859_16 koi8_r koi8_u"
    " mac_cyrillic shift_jis"
).split()
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_OPEN_IN_WINDOWS = "\x81\x8d\x8f\x90\x9d"
# The first byte of a letter in UTF-8 as Windows shows it, and one that can follow it.
_MIXED = re.compile("[\xc2-\xf4][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
_REPLACEMENT = "\ufffd"
_MAX_CONTROL_SHARE = 0.01

# What browsers take an undeclared page for where the reader's language is one of these.
_EASTERN: dict[str, tuple[str, ...]]
_EASTERN = dict.fromkeys("bs cs hr hu pl ro sk sl".split(), ("cp1250", "iso8859_2"))
_EASTERN |= dict.fromkeys(("az", "tr"), ("cp1254",))
_EASTERN |= dict.fromkeys(("lt", "lv"), ("cp1257",))
# Western text that is not UTF-8: letters and typographic signs of Windows-1252.
_WESTERN = re.compile("[À-ÖØ-öø-ÿŒœŠšŽžŸ‘’“”‚„–—…•€£§©®°«»¡¿ªº\xa0·½¼¾´²³×™†‡‰‹›¢¥¶±]+")
_MAX_WESTERN_SHARE = 0.25
# Signs of a wrong reading: capitals after small letters, lone accents, marks inside words.
_ODD = re.compile(
    "(?<=[a-zß-öø-ÿ])[À-ÖØ-ÞŒŠŽŸ]|[ÒÓÔÕ](?=[A-Z]?[a-z])(?<![^\\W\\d_].)|(?<=[.,!?])[ÒÓÔÕ]"
    "|[ˆ˜¨´¸¯¤¦×÷ƒ†‡‰¬ÐðÞþ]|…\\w|\\w[„‚¡¿]"
)


def decode(data: bytes, *, declares: bool = False) -> tuple[str, str | None]:
    """Give the text, in Unicode's composed form, and a note if its encoding had to be told.

    Args:
        data: The whole file.
        declares: Whether the file may name its encoding itself, as HTML does.

    Raises:
        ArticleError: The file is binary, or its encoding cannot be told.
    """
    text, note = _decoded(data, declares=declares)
    if len(_CONTROL.findall(text[:_SAMPLE_BYTES])) > _MAX_CONTROL_SHARE * len(text[:_SAMPLE_BYTES]):
        raise ArticleError("binary file, not text")
    return unicodedata.normalize("NFC", text), note


def _decoded(data: bytes, *, declares: bool) -> tuple[str, str | None]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data, encoding), None
    if _is_wide(data):  # which is UTF-8, too, where it has no other letters than ASCII's
        encoding = _wide(data)
        return _strict(data, encoding), f"not UTF-8; read as {encoding}"
    try:
        return _unmixed(data.decode("utf-8"))
    except UnicodeDecodeError:
        mended = _mended(data)
    if mended is not None:
        return (
            mended,
            f"not all UTF-8: {mended.count(_REPLACEMENT)} bad bytes became {_REPLACEMENT}",
        )
    encoding = (declares and _declared(data)) or _told(data)
    return _strict(data, encoding), f"not UTF-8; read as {encoding}"


def _unmixed(text: str) -> tuple[str, str | None]:
    """Give the text, its letters mended if a program has taken UTF-8 for Windows-1252 before.

    Only where that explains every letter beyond ASCII: no language writes so.
    """
    runs = _NOT_ASCII.findall(text)
    if not runs or not any(_MIXED.search(run) for run in runs):
        return text, None
    try:
        mended = {run: _as_windows(run).decode("utf-8") for run in set(runs)}
    except ValueError:
        return text, None
    return (
        _NOT_ASCII.sub(lambda run: mended[run[0]], text),
        "its letters had been taken for Windows-1252 and written as UTF-8 again; they are mended",
    )


def _as_windows(run: str) -> bytes:
    """Give the bytes that browsers show as these letters; what Windows leaves open is itself."""
    return b"".join(
        char.encode("latin-1") if char in _OPEN_IN_WINDOWS else char.encode("cp1252")
        for char in run
    )


def _is_wide(data: bytes) -> bool:
    sample = data[:_SAMPLE_BYTES]
    return 4 * sample.count(0) >= len(sample) > 1


def _mended(data: bytes) -> str | None:
    """Give the text if it is UTF-8 but for a few bytes; None if more bytes are bad than good."""
    text = data.decode("utf-8", errors="replace")
    bad = text.count(_REPLACEMENT)
    good = sum(not char.isascii() for char in text) - bad
    return text if bad < good else None


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding, errors="replace" if encoding == "cp1252" else "strict")
    except UnicodeDecodeError as error:
        raise ArticleError(f"not valid {encoding} text; save it as UTF-8") from error


def _declared(data: bytes) -> str | None:
    found = _DECLARED.search(data[:_SAMPLE_BYTES])
    name = meant_by(found[1].decode()) if found else None
    return None if name == "utf-8" else name


def meant_by(name: str) -> str | None:
    """Give the encoding that browsers take for the name of a charset; None if nobody knows it."""
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return _MEANT.get(known, known)


def is_utf8(data: bytes) -> bool:
    """Tell whether bytes are UTF-8; text with other letters than ASCII is that by no chance."""
    return _decodes(data, "utf-8")


def _told(data: bytes) -> str:
    """Tell the encoding from the bytes.

    Raises:
        ArticleError: No encoding makes plausible text of them.
    """
    if b"\x00" in data[:_SAMPLE_BYTES]:
        return _wide(data)
    if likely := _of_its_language(data) or _western(data):
        return likely
    from charset_normalizer import from_bytes

    # A sample may end inside a character, which would rule out the right encoding.
    sample = _sample(data)
    ends = {len(sample) - cut for cut in range(_MAX_CHAR_BYTES)} if sample != data else {len(data)}
    guesses = (from_bytes(sample[:end], cp_isolation=_BROWSERS_KNOW).best() for end in ends)
    usable = [guess for guess in guesses if guess and _decodes(data, guess.encoding)]
    if not usable:
        raise ArticleError("its encoding cannot be told; save it as UTF-8")
    return min(usable, key=lambda guess: (guess.chaos, -guess.coherence)).encoding


def _of_its_language(data: bytes) -> str | None:
    """Give the encoding that its language is written in, which wrong letters do not hide."""
    from retrieval.text.words import language_of

    language = language_of(_sample(data).decode("cp1252", "replace"))
    usual = [name for name in _EASTERN.get(language or "", ()) if _decodes(data, name)]
    return min(usual, key=lambda name: _signs(data.decode(name)), default=None)


def _signs(text: str) -> int:
    """Count what is no letter beyond ASCII; letters in a wrong encoding become signs."""
    return sum(not char.isascii() and not char.isalpha() for char in text)


def _sample(data: bytes) -> bytes:
    """Give the part around the first byte that is not ASCII."""
    first = next((i for i, byte in enumerate(data) if byte > _LAST_ASCII), 0)
    start = max(0, first - _GUESS_BYTES // 2)
    return data[start : start + _GUESS_BYTES]


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _wide(data: bytes) -> str:
    """UTF-16 without a mark shows zeros in every other byte of Western text."""
    sample = data[:_SAMPLE_BYTES]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) < len(sample) // 4 or min(even, odd) > len(sample) // 50:
        raise ArticleError("binary file, or UTF-16 without its mark; save it as UTF-8")
    return "utf-16-be" if even > odd else "utf-16-le"


def _western(data: bytes) -> str | None:
    """Give the encoding of Windows or of the old Macintosh: what leaves fewer odd signs, if any."""
    texts = {name: data.decode(name) for name in ("cp1252", "mac_roman") if _decodes(data, name)}
    plausible = [name for name, text in texts.items() if _is_western(text)]
    return min(plausible, key=lambda name: len(_ODD.findall(texts[name])), default=None)


def _is_western(text: str) -> bool:
    outside = [char for char in text if not char.isascii()]
    plausible = all(map(_WESTERN.fullmatch, set(outside)))
    return plausible and len(outside) <= _MAX_WESTERN_SHARE * len(text)
