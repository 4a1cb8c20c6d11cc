"""Redaction of texts: what is taken out, what stays, and what hostile texts cost."""

import pytest

from emulator.http.secret_names import SecretNames
from emulator.http.text_redaction import redact_text


def redacted(text: str, *, lines: bool = False) -> str:
    return redact_text(text, SecretNames(), lambda secret: f"<{secret}>", lines=lines)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a token=abc, b", "a token=<abc>, b"),
        ("token: Abc1 and more", "token: <Abc1> and more"),
        ("invalid token: expired. Log in", None),
        ("token: null, password=true", None),
        ("your password is: S3same!", "your password is: <S3same!>"),
        ("The API-Key is now = 'a b'.", "The API-Key is now = '<a b>'."),
        ("Token was: Bearer abc", "Token was: Bearer <abc>"),
        ("the password is: wrong", None),
        ("what is: A1, the token isn't: A1", None),
        ("password is required", None),
        (
            "GET /token/a1b2c3d4 at https://x/reset-password/Zz9-long?x",
            "GET /token/%3Ca1b2c3d4%3E at https://x/reset-password/%3CZz9-long%3E?x",
        ),
        ("see /token/refresh and /password/reset/token/%5BREDACTED%5D", None),
        ("token: Bearer abc", "token: Bearer <abc>"),
        ("{password: my own} x", "{password: <my own>} x"),
        (
            '{"password": {"a": "b", "n": 1, c: d e}} x',
            '{"password": {"a": "<b>", "n": 1, c: <d e>}} x',
        ),
        (r'''{"password":"a\"b","x":"c"''', '''{"password":"<a"b>","x":"c"'''),
        (r'''{"pass\u0077ord":"a"''', r'''{"pass\u0077ord":"<a>"'''),
        (r'''"{\"password\":\"a\",\"x\":1}"''', r'''"{\"password\":\"<a>\",\"x\":1}"'''),
        (
            "https://u:a@h/?token=b&x=1#id_token=c",
            "https://u:%3Ca%3E@h/?token=%3Cb%3E&x=1#id_token=%3Cc%3E",
        ),
        ("name=\"password\" value='a'", "name=\"password\" value='<a>'"),
        ("[REDACTED]: token=[REDACTED] Authorization: Bearer [REDACTED]", None),
        ("key: abc, at 12:30, C:\\\\x, a=b", None),
    ],
)
def test_text(text: str, expected: str | None) -> None:
    assert redacted(text) == (text if expected is None else expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("token: my own # why\nb: 1", "token: <my own> # why\nb: 1"),
        ("token: |\n  a\n\n  b\nc: d", "token: |\n  <a>\n\n  <b>\nc: d"),
        ("  token:\n    - x: a\n  c: d", "  token:\n    - x: <a>\n  c: d"),
        ("- key: token\n  value: a b\n- c", "- key: token\n  value: <a b>\n- c"),
        ("x token: a1 b", "x token: <a1> b"),
        ("token:\n- a\nb: c", "token:\n- <a>\nb: c"),
        ("Cookie: a=b; c=d\nX: y", "Cookie: <a=b; c=d>\nX: y"),
    ],
)
def test_lines(text: str, expected: str) -> None:
    assert redacted(text, lines=True) == expected


@pytest.mark.parametrize(
    "piece",
    [
        *(
            'a="',
            "a='",
            "a=\"b'",
            '"',
            "token",
            "token:",
            "token: [",
            'token="',
            "token=\\\\",
            "=",
            ":",
        ),
        *(
            "token: a\n ",
            "- ",
            " ",
            "?",
            "://",
            "://a:",
            ";a=",
            "name=token ",
            "name",
            "\\\\",
            "token:{",
        ),
        *("/token/", "/a1b2c3d4", "/token/a1b2c3d4", "/a-token", "token is ", "password is now "),
        *("authorization: ", "a,;b=", "token: | ", "token: &", '"a" ', "token: ' # "),
    ],
)
@pytest.mark.parametrize("lines", [False, True])
def test_hostile_text_is_read_once(piece: str, lines: bool) -> None:
    # Where a character cost as much as there are, this would take a minute.
    redacted(piece * (30_000 // len(piece)), lines=lines)
    redacted("token: " + piece * (30_000 // len(piece)), lines=lines)
