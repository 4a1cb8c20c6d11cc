"""Security requirements: where credentials are read, which alternatives hold, what is said."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.http.messages import Headers, Request
from emulator.http.problems import Problem
from emulator.http.redaction import abbreviated
from emulator.openapi.document.model import SecurityScheme
from emulator.openapi.security.check import (
    ANYONE,
    Policy,
    Principal,
    check_auth,
    compile_guard,
)
from emulator.openapi.security.credentials import development_public_key, mint

NOW = 1_000_000.0

BEARER = SecurityScheme("bearer", "http", http_scheme="bearer")
BASIC = SecurityScheme("basic", "http", http_scheme="basic")
DIGEST = SecurityScheme("digest", "http", http_scheme="digest")
OAUTH = SecurityScheme("oauth", "oauth2")
OPENID = SecurityScheme("openid", "openIdConnect")
HEADER_KEY = SecurityScheme("header", "apiKey", "header", "X-Key")
QUERY_KEY = SecurityScheme("query", "apiKey", "query", "key")
COOKIE_KEY = SecurityScheme("cookie", "apiKey", "cookie", "session")
MUTUAL_TLS = SecurityScheme("mtls", "mutualTLS")


#: What browsers send beside a credential, though it is in no grammar.
ODD_COOKIES = (
    'consent={"ads":true}',
    "consent={ads:[1, 2]}",
    "cart[0]=1",
    "with blank=a b",
    "path=/",
    "expires=never",
    "Secure",
    "na\xefve=1",
    "a=\xe9",
    'open="',
    "=",
    "",
    "a,b=c,d",
    "a@b:c=1",
)


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


def check(
    *alternatives: tuple[SecurityScheme, ...],
    headers: Headers = (),
    query: str = "",
    policy: Policy | None = None,
    exclusive: bool = False,
) -> Principal | Problem:
    guard = compile_guard(alternatives, exclusive=exclusive)
    request = Request("GET", "/", query, headers)
    return check_auth(guard, request, policy or Policy(), NOW)


@pytest.mark.parametrize(
    ("scheme", "headers", "query", "credential"),
    [
        (BEARER, (("authorization", "Bearer abc"),), "", "abc"),
        (BEARER, (("authorization", "bEARER  abc "),), "", "abc"),
        (OAUTH, (("authorization", "Bearer abc"),), "", "abc"),
        (OPENID, (("authorization", "Bearer abc"),), "", "abc"),
        (BASIC, (("authorization", basic("me:secret:x")),), "", "me:secret:x"),
        (DIGEST, (("authorization", "Digest username=x"),), "", "username=x"),
        (HEADER_KEY, (("x-key", "abc"),), "", "abc"),
        (QUERY_KEY, (), "a=1&key=a%20bc", "a bc"),
        (COOKIE_KEY, (("cookie", "a=1; session=abc"),), "", "abc"),
        (COOKIE_KEY, (("cookie", "a=1"), ("cookie", "session=abc")), "", "abc"),
        *((COOKIE_KEY, (("cookie", f"{odd}; session=abc"),), "", "abc") for odd in ODD_COOKIES),
        *((COOKIE_KEY, (("cookie", f"session=abc;{odd}"),), "", "abc") for odd in ODD_COOKIES),
        (COOKIE_KEY, (("cookie", 'session="a b c"; x=1'),), "", "a b c"),
        (COOKIE_KEY, (("cookie", 'session="unclosed; ='),), "", '"unclosed'),
        (COOKIE_KEY, (("cookie", "session=a=b=; session=second"),), "", "a=b="),
        (MUTUAL_TLS, (), "", "certificate"),
    ],
    ids=lambda value: value.name if isinstance(value, SecurityScheme) else None,
)
def test_credential_is_read_where_its_scheme_says(
    scheme: SecurityScheme, headers: Headers, query: str, credential: str
) -> None:
    assert check((scheme,), headers=headers, query=query) == Principal(scheme.name, credential)


@pytest.mark.parametrize(
    ("scheme", "headers"),
    [
        (BEARER, ()),
        (BEARER, (("authorization", "Bearer"),)),
        (BEARER, (("authorization", "Bearer   "),)),
        (BEARER, (("authorization", "Basic abc"),)),
        (BASIC, (("authorization", "Basic %%%"),)),
        (BASIC, (("authorization", basic("no colon")),)),
        (BASIC, (("authorization", "Basic " + base64.b64encode(b"\xff:\xff").decode()),)),
        (HEADER_KEY, (("x-key", ""),)),
        (QUERY_KEY, ()),
        (COOKIE_KEY, (("cookie", "a[]=1"),)),
        (COOKIE_KEY, (("cookie", "session; session=; Session=abc; xsession=abc; a=session=b"),)),
    ],
    ids=lambda value: value.name if isinstance(value, SecurityScheme) else None,
)
def test_credential_that_is_not_there_is_missing(scheme: SecurityScheme, headers: Headers) -> None:
    refusal = check((scheme,), headers=headers)
    assert isinstance(refusal, Problem)
    assert refusal.type.name == "credentials-missing"
    assert [violation.location for violation in refusal.violations] == ["security"]


@pytest.mark.parametrize(
    ("scheme", "challenge"),
    [
        (BEARER, "Bearer"),
        (OAUTH, "Bearer"),
        (BASIC, 'Basic realm="emulator"'),
        (HEADER_KEY, "ApiKey"),
    ],
    ids=lambda value: value.name if isinstance(value, SecurityScheme) else None,
)
def test_refusal_challenges(scheme: SecurityScheme, challenge: str) -> None:
    refusal = check((scheme,))
    assert isinstance(refusal, Problem)
    assert refusal.headers == (("www-authenticate", challenge),)


def test_cookies_cost_linear_work() -> None:
    # What a quoting reader takes for an escape at each of these costs quadratic work.
    field = 'a="' + "\\" * 40_000 + '"x;' * 20_000 + " session=abc"
    assert check((COOKIE_KEY,), headers=(("cookie", field),)) == Principal("cookie", "abc")


def test_each_alternative_is_challenged_in_a_field_of_its_own() -> None:
    refusal = check((DIGEST,), (HEADER_KEY, BASIC), (BEARER,), (OAUTH,), (HEADER_KEY,))
    assert isinstance(refusal, Problem)
    assert [(name, value.split(" ")[0]) for name, value in refusal.headers] == [
        ("www-authenticate", scheme) for scheme in ("Digest", "Basic", "Bearer", "ApiKey")
    ]


def test_no_requirement_lets_anyone_in() -> None:
    assert check() is ANYONE


def test_empty_alternative_lets_anyone_in_who_shows_nothing() -> None:
    assert check((BEARER,), ()) is ANYONE


def test_off_lets_anyone_in() -> None:
    assert check((BEARER,), policy=Policy("off")) is ANYONE


def test_first_alternative_that_holds_counts() -> None:
    headers = (("x-key", "k"),)
    assert check((BEARER,), (HEADER_KEY,), headers=headers) == Principal("header", "k")


def test_all_schemes_of_an_alternative_must_hold() -> None:
    both = (("x-key", "k"), ("authorization", "Bearer t"))
    assert check((HEADER_KEY, BEARER), headers=both) == Principal("bearer", "t")
    refusal = check((HEADER_KEY, BEARER), headers=both[:1])
    assert isinstance(refusal, Problem)
    assert refusal.type.name == "credentials-missing"


@pytest.mark.parametrize(("exclusive", "name"), [(True, "credentials-ambiguous"), (False, None)])
def test_two_alternatives_at_once(exclusive: bool, name: str | None) -> None:
    headers = (("x-key", "k"), ("authorization", "Bearer t"))
    result = check((HEADER_KEY,), (BEARER,), headers=headers, exclusive=exclusive)
    assert (result.type.name if isinstance(result, Problem) else None) == name


KNOWN = Policy("known", {"header": frozenset(("good",))}, development_public_key)


def test_known_credential_is_taken() -> None:
    assert check((HEADER_KEY,), headers=(("x-key", "good"),), policy=KNOWN) == Principal(
        "header", "good"
    )


@pytest.mark.parametrize(
    ("scheme", "headers"),
    [
        (HEADER_KEY, (("x-key", "bad-credential"),)),
        (BEARER, (("authorization", "Bearer good"),)),
        (BEARER, (("authorization", "Bearer a.b.c"),)),
    ],
)
def test_unknown_credential_is_invalid(scheme: SecurityScheme, headers: Headers) -> None:
    refusal = check((scheme,), headers=headers, policy=KNOWN)
    assert isinstance(refusal, Problem)
    assert refusal.type.name == "credentials-invalid"
    assert "bad-credential" not in refusal.detail


def test_known_credential_of_the_second_alternative_outweighs_an_unknown_first() -> None:
    headers = (("authorization", "Bearer bad"), ("x-key", "good"))
    assert check((BEARER,), (HEADER_KEY,), headers=headers, policy=KNOWN) == Principal(
        "header", "good"
    )


def test_signed_token_is_known_and_its_claims_are_read() -> None:
    token = mint({"sub": "me", "exp": NOW + 1})
    principal = check((BEARER,), headers=(("authorization", f"Bearer {token}"),), policy=KNOWN)
    assert isinstance(principal, Principal)
    assert principal.claims == {"sub": "me", "exp": NOW + 1}


@pytest.mark.parametrize("policy", [Policy(), KNOWN], ids=["any", "known"])
def test_expired_token_is_refused_in_every_mode(policy: Policy) -> None:
    token = mint({"exp": NOW})
    refusal = check((BEARER,), headers=(("authorization", f"Bearer {token}"),), policy=policy)
    assert isinstance(refusal, Problem)
    assert refusal.type.name == "credentials-expired"


def test_api_key_is_no_token_even_if_it_looks_like_one() -> None:
    token = mint({"exp": NOW - 1})
    assert check((HEADER_KEY,), headers=(("x-key", token),)) == Principal("header", token)


@pytest.mark.parametrize(
    ("credential", "shown"),
    [("ak_0123456789abcdef", "ak_012345*****"), ("short", "sh*****"), ("", "*****")],
)
def test_abbreviated_shows_at_most_half(credential: str, shown: str) -> None:
    assert abbreviated(credential) == shown


ALL = (BEARER, BASIC, OAUTH, HEADER_KEY, QUERY_KEY, COOKIE_KEY)


@given(st.text(st.characters(max_codepoint=255)), st.text(st.characters(max_codepoint=255)))
def test_no_header_and_no_query_breaks_the_check(header: str, query: str) -> None:
    headers = tuple((name, header) for name in ("authorization", "x-key", "cookie"))
    for policy in (Policy(), KNOWN):
        for scheme in ALL:
            result = check((scheme,), headers=headers, query=query, policy=policy)
            assert isinstance(result, Principal | Problem)
