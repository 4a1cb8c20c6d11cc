"""Draw strings by format, pattern or the property's name, within their length."""

from collections.abc import Callable

from emulator.schema.contradictions import LARGEST
from emulator.schema.draws import Word, pick, random_words
from emulator.schema.fakers import KEYWORD, FakerError, faked
from emulator.schema.flatten.merge import Flat
from emulator.schema.format_checks import has_format
from emulator.schema.generate import words
from emulator.schema.generate.around import Simple
from emulator.schema.generate.format_shapes import shapes_of
from emulator.schema.generate.formats import FORMATS, fit
from emulator.schema.generate.mixtures import TextMaker, keeps_to, mixture
from emulator.schema.generate.names import text_for
from emulator.schema.instances import listed
from emulator.schema.regex import generate as patterns
from emulator.schema.regex.common import common_sampler, nothing
from emulator.schema.regex.plain import LONGEST

#: Longer strings than this are not drawn, whatever minLength says.
MOST = LARGEST["minLength"]
_ATTEMPTS = 8
#: How many usual texts are tried on a pattern before it is known that they don't match.
_TRIES = 20
#: Formats of which the name of the property often says more.
_NAMED = ("date-time", "date", "email", "uri")
_PHRASE = mixture("%s %s", words.ADJECTIVES, words.NOUNS)


def string(flat: Flat, name: str) -> Simple:
    """Draws strings for a flat schema, or None where none is found."""
    low, high = int(flat.get("minLength", 0)), int(min(flat.get("maxLength", MOST), MOST))
    shapes = listed(flat.get("pattern", []))
    if low > high or (shapes and low > LONGEST):
        return lambda _: None
    known = flat.get("format") or ("byte" if flat.get("contentEncoding") == "base64" else "")
    maker = FORMATS.get(known) if isinstance(known, str) else None
    wished = _wished(flat, known if maker is not None else "")
    if maker is not None:
        if known in _NAMED:
            maker = _telling(known, name, maker)
        maker = wished or maker
        free = not shapes and keeps_to(maker, low, high)
        return maker if free else _formatted(known, maker, shapes, low, high)
    usual = _fitted(wished or text_for(name) or text_for(str(known)) or _PHRASE, low, high)
    if not shapes:
        return usual
    accepts, shaped = _accepting(shapes), _shaped(shapes, "", low, high)
    if low > patterns.LONG or not _sometimes(usual, accepts):
        return shaped

    def fitting(word: Word) -> str | None:
        text = usual(word)
        return text if accepts(text) else shaped(word)

    return fitting


def _wished(flat: Flat, known: str) -> TextMaker | None:
    """What draws the texts that `x-faker` asks for, where they have a format."""
    if KEYWORD not in flat:
        return None
    try:
        maker = faked(flat[KEYWORD])
    except FakerError:
        return None  # a notice tells why
    return maker if not known or has_format(known, maker(random_words(b""))) else None


def is_sure(flat: Flat, simple: Simple) -> bool:
    """Whether what draws strings for a flat schema always finds one."""
    if not {"pattern", "format", "contentEncoding"}.isdisjoint(flat):
        return "pattern" not in flat and keeps_to(simple, 0, MOST)
    return bool(flat.get("minLength", 0) <= min(flat.get("maxLength", MOST), MOST))


def _sometimes(maker: TextMaker, accepts: Callable[[str], bool]) -> bool:
    """Whether what a maker draws is accepted now and then."""
    word = random_words(b"")
    return any(accepts(maker(word)) for _ in range(_TRIES))


def _telling(known: str, name: str, maker: TextMaker) -> TextMaker:
    """Prefer what the name suggests, if it has the format: `created_at` before `updated_at`."""
    by_name = text_for(name)
    return by_name if by_name and has_format(known, by_name(random_words(b""))) else maker


def _formatted(
    known: str, maker: TextMaker, shapes: list[str], low: int, high: int
) -> Callable[[Word], str | None]:
    accepts, shaped = _accepting(shapes), _shaped(shapes, known, low, high)

    def usual(word: Word) -> str:
        text = maker(word)
        return text if low <= len(text) <= high else fit(known, text, low, high)

    if shapes and (low > patterns.LONG or not _sometimes(usual, accepts)):
        return shaped

    def formatted(word: Word) -> str | None:
        for _ in range(_ATTEMPTS):
            text = usual(word)
            if low <= len(text) <= high and (not shapes or accepts(text)):
                return text
        return shaped(word)

    return formatted


def _accepting(shapes: list[str]) -> Callable[[str], bool]:
    """Whether a text matches all patterns."""
    tests = [patterns.matcher(shape) for shape in shapes]
    return tests[0] if len(tests) == 1 else lambda text: all(test(text) for test in tests)


def _shaped(shapes: list[str], known: str, low: int, high: int) -> Callable[[Word], str | None]:
    """Strings that match all patterns, and have the format."""
    alone = len(shapes) == 1
    ways = [(*shapes, each) for each in shapes_of(known)]
    for way in ways if ways or alone else [tuple(shapes)]:
        found = common_sampler(way, low, high)
        if found is nothing and not known:
            return found
        if found is not None and found is not nothing:
            return _having(known, found)
    samplers = [patterns.sampler(shape, low, high) for shape in shapes]
    if alone and not known:
        return samplers[0]
    count, accepts = len(samplers), _accepting(shapes)

    def shaped(word: Word) -> str | None:
        for _ in range(_ATTEMPTS if samplers else 0):
            text = samplers[word() % count](word)
            if text is not None and (alone or accepts(text)) and has_format(known, text):
                return text
        return None

    return shaped


def _having(known: str, maker: Callable[[Word], str | None]) -> Callable[[Word], str | None]:
    """Texts of a maker that have a format, which nearly all have."""

    def having(word: Word) -> str | None:
        texts = (maker(word) for _ in range(_ATTEMPTS))
        return next((text for text in texts if text and has_format(known, text)), None)

    return having


def _fitted(maker: TextMaker, low: int, high: int) -> TextMaker:
    """Texts of a length: followed by words where they are short, cut where they are long."""
    if keeps_to(maker, low, high):
        return maker

    def fitted(word: Word) -> str:
        text = maker(word)
        while len(text) < low:
            text += " " + pick(word, words.NOUNS)
        if len(text) <= high:
            return text
        return text[:high].rstrip() if low <= len(text[:high].rstrip()) else text[:high]

    return fitted
