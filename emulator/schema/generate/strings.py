"""Draw strings by format, pattern or the property's name, within their length."""

from collections.abc import Callable
from random import Random

from emulator.schema.draws import pick
from emulator.schema.flatten.merge import Flat
from emulator.schema.format_checks import has_format
from emulator.schema.generate import words
from emulator.schema.generate.drawing import Simple
from emulator.schema.generate.formats import FORMATS, fit
from emulator.schema.generate.mixtures import TextMaker, keeps_to, mixture
from emulator.schema.generate.names import text_for
from emulator.schema.instances import listed
from emulator.schema.regex import generate as patterns

#: Longer strings than this are not drawn, whatever minLength says.
MOST = 100_000
_ATTEMPTS = 8
#: Formats of which the name of the property often says more.
_NAMED = ("date-time", "date", "email", "uri")
_PHRASE = mixture("%s %s", words.ADJECTIVES, words.NOUNS)


def string(flat: Flat, name: str) -> Simple:
    """Draws strings for a flat schema, or None where none is found."""
    low, high = int(flat.get("minLength", 0)), int(min(flat.get("maxLength", MOST), MOST))
    if low > high:
        return lambda _: None
    shapes = listed(flat.get("pattern", []))
    known = flat.get("format") or ("byte" if flat.get("contentEncoding") == "base64" else "")
    maker = FORMATS.get(known) if isinstance(known, str) else None
    if maker is not None:
        if known in _NAMED:
            maker = _telling(known, name, maker)
        free = not shapes and keeps_to(maker, low, high)
        return maker if free else _formatted(known, maker, shapes, low, high)
    usual = _fitted(text_for(name) or text_for(str(known)) or _PHRASE, low, high)
    if not shapes:
        return usual
    accepts, shaped = _accepting(shapes), _shaped(shapes, "", low, high)

    def fitting(rng: Random) -> str | None:
        text = usual(rng)
        return text if accepts(text) else shaped(rng)

    return fitting


def _telling(known: str, name: str, maker: TextMaker) -> TextMaker:
    """Prefer what the name suggests, if it has the format: `created_at` before `updated_at`."""
    by_name = text_for(name)
    return by_name if by_name and has_format(known, by_name(Random(0))) else maker


def _formatted(
    known: str, maker: TextMaker, shapes: list[str], low: int, high: int
) -> Callable[[Random], str | None]:
    accepts, shaped = _accepting(shapes), _shaped(shapes, known, low, high)

    def formatted(rng: Random) -> str | None:
        for _ in range(_ATTEMPTS):
            text = maker(rng)
            if not low <= len(text) <= high:
                text = fit(known, text, low, high)
            if low <= len(text) <= high and (not shapes or accepts(text)):
                return text
        return shaped(rng)

    return formatted


def _accepting(shapes: list[str]) -> Callable[[str], bool]:
    """Whether a text matches all patterns."""
    tests = [patterns.matcher(shape) for shape in shapes]
    return tests[0] if len(tests) == 1 else lambda text: all(test(text) for test in tests)


def _shaped(shapes: list[str], known: str, low: int, high: int) -> Callable[[Random], str | None]:
    """Strings that match all patterns, and have the format where one was found that does."""
    samplers = [patterns.sampler(shape, low, high) for shape in shapes]
    count, alone, accepts = len(samplers), len(samplers) == 1, _accepting(shapes)

    def shaped(rng: Random) -> str | None:
        second: str | None = None
        for _ in range(_ATTEMPTS if samplers else 0):
            text = samplers[int(rng.random() * count)](rng)
            if text is not None and (alone or accepts(text)):
                if not known or has_format(known, text):
                    return text
                second = text
        return second

    return shaped


def _fitted(maker: TextMaker, low: int, high: int) -> TextMaker:
    """Texts of a length: followed by words where they are short, cut where they are long."""
    if keeps_to(maker, low, high):
        return maker

    def fitted(rng: Random) -> str:
        text = maker(rng)
        while len(text) < low:
            text += " " + pick(rng, words.NOUNS)
        if len(text) <= high:
            return text
        return text[:high].rstrip() if low <= len(text[:high].rstrip()) else text[:high]

    return fitted
