"""Draw strings by format, pattern or the property's name, within their length."""

from random import Random

from emulator.schema.draws import pick
from emulator.schema.flatten.merge import Flat
from emulator.schema.format_checks import has_format
from emulator.schema.generate import words
from emulator.schema.generate.formats import FORMATS, TextMaker, fit
from emulator.schema.generate.names import text_for
from emulator.schema.instances import listed
from emulator.schema.regex import generate as patterns

#: Longer strings than this are not drawn, whatever minLength says.
MOST = 100_000
_ATTEMPTS = 8
#: Formats of which the name of the property often says more.
_NAMED = ("date-time", "date", "email", "uri")


def draw_string(flat: Flat, name: str, rng: Random) -> str | None:
    """A string for a flat schema; None if none was found."""
    low, high = int(flat.get("minLength", 0)), int(min(flat.get("maxLength", MOST), MOST))
    if low > high:
        return None
    shapes = listed(flat.get("pattern", []))
    known = flat.get("format") or ("byte" if flat.get("contentEncoding") == "base64" else "")
    maker = FORMATS.get(known) if isinstance(known, str) else None
    if maker is not None:
        if known in _NAMED:
            maker = _telling(known, name, maker)
        found = _formatted(known, maker, shapes, rng, low, high)
        return _shaped(shapes, known, rng, low, high) if found is None else found
    text = _fitted((text_for(name) or text_for(str(known)) or _phrase)(rng), rng, low, high)
    if all(patterns.accepts(shape, text) for shape in shapes):
        return text
    return _shaped(shapes, "", rng, low, high)


def _telling(known: str, name: str, maker: TextMaker) -> TextMaker:
    """Prefer what the name suggests, if it has the format: `created_at` before `updated_at`."""
    by_name = text_for(name)
    return by_name if by_name and has_format(known, by_name(Random(0))) else maker


def _formatted(
    known: str, maker: TextMaker, shapes: list[str], rng: Random, low: int, high: int
) -> str | None:
    for _ in range(_ATTEMPTS):
        text = fit(known, maker(rng), low, high)
        if low <= len(text) <= high and all(patterns.accepts(shape, text) for shape in shapes):
            return text
    return None


def _shaped(shapes: list[str], known: str, rng: Random, low: int, high: int) -> str | None:
    """A string that matches all patterns, and has the format if one was found that does."""
    second: str | None = None
    for _ in range(_ATTEMPTS if shapes else 0):
        text = patterns.sample(pick(rng, shapes), rng, low, high)
        if text is not None and all(patterns.accepts(shape, text) for shape in shapes):
            if has_format(known, text):
                return text
            second = text
    return second


def _phrase(rng: Random) -> str:
    return f"{pick(rng, words.ADJECTIVES)} {pick(rng, words.NOUNS)}"


def _fitted(text: str, rng: Random, low: int, high: int) -> str:
    while len(text) < low:
        text += " " + pick(rng, words.NOUNS)
    if len(text) <= high:
        return text
    return text[:high].rstrip() if low <= len(text[:high].rstrip()) else text[:high]
