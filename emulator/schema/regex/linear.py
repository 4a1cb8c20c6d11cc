"""Run users' regular expressions on an engine that can't be made to hang.

They are ECMA 262's, as in JSON Schema, and JSON Schema's validator runs them: its engine takes
linear time for all but lookaround and backreferences, and those have a limit of steps. Java's
possessive quantifiers and POSIX classes are refused where a stub is made.
"""

from collections.abc import Callable

import jsonschema_rs

from emulator.schema.regex.translate import translate

#: Steps of a pattern with lookaround or backreferences; past them it does not match.
STEP_LIMIT = 100_000


def compile_regex(pattern: str, *, whole: bool = True, flags: str = "s") -> Callable[[str], bool]:
    """Compile a test whether a text matches, as a whole or somewhere.

    `flags` are some of `imsx`: with `s`, `.` matches line ends. Raises ValueError where this is no
    regular expression.
    """
    translated = translate(pattern)
    if translated is None:
        raise ValueError(f"{pattern!r} is not a regular expression that can be run here (ECMA 262)")
    framed = f"(?{flags}:{translated.text})"
    options: jsonschema_rs.RegexOptions | jsonschema_rs.FancyRegexOptions
    if translated.linear:
        options = jsonschema_rs.RegexOptions()
    else:
        options = jsonschema_rs.FancyRegexOptions(backtrack_limit=STEP_LIMIT)
    try:
        validator = jsonschema_rs.Draft202012Validator(
            {"pattern": f"^{framed}$" if whole else framed}, pattern_options=options
        )
    except (jsonschema_rs.ValidationError, ValueError) as error:
        raise ValueError(f"{pattern!r} is not a regular expression: {error}") from None
    return validator.is_valid
