"""Redaction of tables by the names in their first row."""

import pytest

from emulator.http.table_redaction import redact_table


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("a,password\n1,x\n2,\n", "a,password\n1,*x*\n2,\n"),
        ('"password",a\r\n"x ""y"",\nz",1', '"password",a\r\n"*x "y",\nz*",1'),
        ("a;password\n1,5;x", "a;password\n1,5;*x*"),
        ("a\tpassword\n1\tx\ty", "a\tpassword\n1\t*x*\ty"),
        ('password\n"x', 'password\n"*x*"'),
        ("a,b\nSEE,2", "a,b\nseen,2"),
        ("", ""),
    ],
)
def test_cells_of_a_secret_column(text: str, redacted: str) -> None:
    found = redact_table(
        text,
        lambda name: name == "password",
        lambda secret: f"*{secret}*",
        lambda other: other.replace("SEE", "seen"),
    )
    assert found == redacted
