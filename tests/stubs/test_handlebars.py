"""WireMock's templates: what is translated, and what is left to be told of."""

from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.errors import RenderError
from emulator.fixtures.templates.context import base_variables
from emulator.http.messages import Request
from emulator.schema.chance import chance_of
from emulator.stubs.handlebars import translated
from emulator.stubs.matching.subject import Subject
from emulator.stubs.stub import Stub, parse_stub
from emulator.stubs.values import stub_values

REQUEST = Request(
    "POST",
    "/t/a%20b/x-y",
    "a=1&a=2&b-c=%3Cx%3E&empty=",
    (("host", "api.test"), ("x-a", "v"), ("x-a", "w"), ("cookie", "s=c%2Fd")),
    b'{"a": {"b": "c"}, "items": [{"name": "one", "n": 1}, {"name": "two", "n": 2}]}',
)


def parsed(text: str) -> Any:
    request = {"urlPathTemplate": "/t/{id}/{other-id}"}
    response = {"body": text, "transformers": ["response-template"]}
    parameters = {"some-thing": 1, "list": ["x", "y"], "none": None, "map": {"k": "v"}}
    raw = {"request": request, "response": {**response, "transformerParameters": parameters}}
    return parse_stub(raw, "s")


def rendered(text: str) -> Any:
    stub = parsed(text)
    assert isinstance(stub, Stub), stub
    chance, now = chance_of("seed"), datetime(2026, 4, 8, 9, 5, 7, 30_000, tzinfo=UTC)
    subject = Subject(REQUEST)
    path = stub.path_parameters(subject)
    own = stub_values(subject, chance, now, path, stub.response.parameters)
    made = stub.response.fixture.text
    assert made is not None
    return made(base_variables(REQUEST, chance, now) | own)


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("{{request.path.id}}|{{request.path.other-id}}", "a b|x-y"),
        ("{{request.path.[1]}}|{{request.pathSegments.[2]}}|{{request.path.0}}", "a b|x-y|t"),
        ("{{request.path}}|{{request.requestLine.path}}", "/t/a%20b/x-y|/t/a%20b/x-y"),
        ("{{request.query.a}}|{{request.query.a.[1]}}|{{request.query.a.1}}", "1|2|2"),
        ("{{request.query.b-c}}|{{{request.query.b-c}}}|{{request.query.no-no}}", "<x>|<x>|"),
        ("{{request.headers.X-A}}|{{request.headers.x-a.[1]}}|{{request.headers.[X-A]}}", "v|w|v"),
        ("{{request.cookies.s}}|{{request.cookies.s.[0]}}", "c/d|c/d"),
        ("{{parameters.some-thing}}{{parameters.none}}{{parameters.list.[1]}}", "1y"),
        ("{{jsonPath request.body '$.a.b'}}", "c"),
        ("{{ jsonPath request.body '$.no' default='d' }}", "d"),
        ("{{upper (jsonPath request.body '$.a.b')}}{{lower 'A'}}[{{trim ' a '}}]", "Ca[a]"),
        ("{{size parameters.list}}", "2"),
        ("{{base64 'hé'}} {{base64 'aMOp' decode=true}}", "aMOp hé"),
        ("{{randomValue length=0}}{{randomInt lower=3 upper=3}}", "3"),
        ("{{now}}", "2026-04-08T09:05:07Z"),
        ("{{now offset='-1 days' format='yyyy-MM-dd'}}", "2026-04-07"),
        (
            "{{now format=\"yy/M/d'T'HH:mm:ss.SSSZ EEE MMMM h a''\"}}",
            "26/4/8T09:05:07.030+0000 Wed April 9 AM'",
        ),
        ("{{now format='unix'}}", "1775639107"),
        ("{{#if request.query.a}}yes{{else}}no{{/if}}", "yes"),
        ("{{#if request.query.none}}yes{{else}}no{{/if}}", "no"),
        ("{{#unless request.query.none}}no{{/unless}}", "no"),
        (
            "{{#each request.query.a as |x|}}{{x}}{{@index}}{{#unless @last}},{{/unless}}{{/each}}",
            "10,21",
        ),
        ("{{#each (jsonPath request.body '$.items') as |x|}}{{x.n}};{{/each}}", "1;2;"),
        ("{{#if (jsonPath request.body '$.no')}}yes{{else}}no{{/if}}", "no"),
        ("{{#each parameters.map}}{{this}}{{/each}}{{#each nothing}}x{{/each}}", "v"),
        (
            "{{parseJson request.body 'it'}}{{#each it.items}}{{name}}={{this.n}};{{/each}}",
            "one=1;two=2;",
        ),
        ("{{formData 'a=1&b=2&b=3' 'form'}}{{form.b}}{{form.b.[1]}}{{form.a.[1]}}", "23"),
        (
            "{{request.headers.X-A}}{{request.headers.HOST}}{{ request.headers.Host }}",
            "vapi.testapi.test",
        ),
        ("{{#if request.query.empty}}there{{/if}}{{#if request.query.none}}x{{/if}}", "there"),
        ("{{! said to nobody }}{{~request.method~}}{{true}}{{null}}", "POSTtrue"),
        (r"\{{now}}|\{{{x}}}|\\{{request.method}}", r"{{now}}|{{{x}}}|\POST"),
        ("{{ 3 - 1 }}{{ request.query.a | int - 1 }}{{ request.path.upper() }}", "20/T/A%20B/X-Y"),
        ("{{ '{{' }}{{ \"}}\" }}", "{{}}"),
        ("{{nothing.at.all}}{{unknown}}", ""),
    ],
)
def test_template_of_wiremock_gives(text: str, made: str) -> None:
    assert rendered(text) == made


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{math 1 '+' 2}}", "is not a template"),
        ("{{math 1 '+' 2}}", "there is no helper 'math'"),
        ("{{urlEncode request.path}}", "there is no helper 'urlEncode'"),
        ("{{uper request.path}}", "there is no helper 'uper'; did you mean 'upper'?"),
        ("{{randomValue length=1 kind='X'}}", "is not a template"),
        ("{{#assign 'x'}}y{{/assign}}", "is not a template"),
        ("{{/if}}", "is not a template"),
        ("{{#each parameters.map}}{{@key}}{{/each}}", "is not a template"),
        ("{{now timezone='CET'}}", "is not a template"),
        ("{{ jsonpath(request.body, '$.a') }}", "no function 'jsonpath'; did you mean 'jsonPath'?"),
        ("{{ nope() }}", "there is no function 'nope'"),
        ("{{ request.body ~ randomInt }}", "'randomInt' is a function: write randomInt(…)"),
    ],
)
def test_what_is_no_template_is_told_where_it_is_made(text: str, said: str) -> None:
    errors = parsed(text)
    assert isinstance(errors, tuple)
    assert errors[0].pointer == "/response/body"
    assert said in errors[0].message


def test_name_that_nothing_has_is_a_notice() -> None:
    stub = parsed("{{ requests.body }}{% for each_one in [1] %}{{ each_one }}{% endfor %}{{ now }}")
    assert isinstance(stub, Stub)
    (notice,) = stub.notices
    assert notice.pointer == "/response/body"
    assert notice.message == "nothing has the name 'requests'; did you mean 'request'?"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{now format='q'}}", "not q"),
        ("{{now offset='3 bananas'}}", "units are seconds"),
        ("{{date(offset='soon')}}", "an offset is written like"),
        ("{{date(offset='999999999 weeks')}}", "date: "),
        ("{{randomInt lower=9 upper=1}}", "no number is between"),
        ("{{ randomInt(9, 1) }}", "no number is between"),
        ("{{randomValue type='NOPE'}}", "no type is called 'NOPE'"),
        ("{{randomDecimal lower='a'}}", "could not convert"),
    ],
)
def test_call_that_always_fails_is_told_where_it_is_made(text: str, said: str) -> None:
    errors = parsed(text)
    assert isinstance(errors, tuple)
    assert errors[0].pointer == "/response/body"
    assert said in errors[0].message


def test_arguments_of_the_request_are_judged_when_they_are_there() -> None:
    with pytest.raises(RenderError, match="no number is between"):
        rendered("{{ randomInt(request.body | length, 1) }}")


def test_text_without_braces_stays() -> None:
    assert translated("}} {a} {", ()) == "}} {a} {"
