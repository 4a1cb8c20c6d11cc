"""The pytest plugin in pytest: fixtures, the marker, parallel tests, the report of a failure."""

import json

import pytest

from tests.support.inner_pytest import ALONE, run

CONFTEST = """
import httpx
import pytest

@pytest.fixture(scope="session")
def connections():
    with httpx.Client(headers={"authorization": "Bearer t", "x-api-key": "k"}) as client:
        yield client

@pytest.fixture
def client(emulator, connections):
    connections.base_url = emulator.url
    return connections
"""

DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "1"},
    "servers": [{"url": "/v1"}],
    "paths": {
        "/pets": {
            "get": {
                "operationId": "listPets",
                "responses": {
                    "200": {
                        "description": "All of them.",
                        "content": {"application/json": {"example": [{"name": "Rex"}]}},
                    }
                },
            }
        }
    },
}

PARALLEL = """
import pytest

@pytest.mark.parametrize("number", range(12))
def test_alone(emulator, client, number):
    start = emulator.clock.freeze()
    emulator.clock.advance(number)
    emulator.fault("error", status=500 + number % 4, when={"first": number % 3 + 1})
    emulator.stub("GET", "/only/here", json={"number": number})
    for _ in range(number % 3 + 1):
        assert client.get("/projects/p/tools").status_code == 500 + number % 4
    emulator.assert_called("GET", "/projects/p/tools", times=number % 3 + 1)
    assert client.get("/projects/p/tools").status_code == 200
    assert client.get("/only/here").json() == {"number": number}
    assert (emulator.clock.now() - start).total_seconds() == number
    assert len(emulator.requests()) == number % 3 + 3
    body = {"tool": "SLACK_SEND_MESSAGE", "parameters": {"channel": "C", "message": str(number)}}
    client.post("/projects/p/tools", json=body)
    emulator.assert_executed("SLACK_SEND_MESSAGE", times=1, arguments=body["parameters"])
"""


@pytest.fixture
def plugged(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project of a user of the plugin."""
    pytester.makeconftest(CONFTEST)
    pytester.path.joinpath("pets.json").write_text(json.dumps(DOCUMENT))
    return pytester


def test_parallel_tests_see_nothing_of_one_another(plugged: pytest.Pytester) -> None:
    plugged.makeini("[pytest]\nemulator_specs = paragon")
    plugged.makepyfile(PARALLEL)
    plugged.runpytest_subprocess("-n", "2", *ALONE).assert_outcomes(passed=12)


def test_every_test_has_a_fresh_scope(plugged: pytest.Pytester) -> None:
    plugged.makepyfile(
        """
        def test_first(emulator, client):
            emulator.fault("error")
            assert client.get("/projects/p/tools").status_code == 503

        def test_second(emulator, client, paragon_url, composio_url, agentflow_url):
            assert client.get("/projects/p/tools").status_code == 200
            assert len(emulator.requests()) == 1
            assert paragon_url == composio_url == agentflow_url == emulator.url
        """
    )
    run(plugged).assert_outcomes(passed=2)


def test_every_service_has_headers_that_it_accepts(plugged: pytest.Pytester) -> None:
    plugged.makepyfile(
        """
        import httpx
        import pytest

        PATHS = {
            "paragon": "/projects/p/tools",
            "composio": "/api/v3.1/toolkits",
            "agentflow": "/api/v1/agents",
        }

        @pytest.mark.emulator(auth="known", now="2031-05-06T07:08:09Z")
        @pytest.mark.parametrize("name", PATHS)
        def test_accepted(name, request):
            headers = request.getfixturevalue(f"{name}_headers")
            url = request.getfixturevalue(f"{name}_url") + PATHS[name]
            assert httpx.get(url).status_code == 401
            assert httpx.get(url, headers=headers).status_code == 200
        """
    )
    run(plugged).assert_outcomes(passed=3)


def test_marker_chooses_document_state_and_faults(plugged: pytest.Pytester) -> None:
    plugged.path.joinpath("state.yaml").write_text(
        "credentials: [{scheme: ApiKeyAuth, value: mine}]"
    )
    plugged.makepyfile(
        """
        import pytest

        pytestmark = pytest.mark.emulator(spec="pets.json")

        def test_document(emulator, client):
            assert emulator.base_url("pets") == f"{emulator.url}/v1"
            assert client.get("/v1/pets").json() == [{"name": "Rex"}]
            assert client.get("/projects/p/tools").status_code == 404

        @pytest.mark.emulator(faults=[{"fault": "error", "when": {"first": 1}}])
        def test_faults_beside_the_document_of_the_module(client):
            assert [client.get("/v1/pets").status_code for _ in range(2)] == [503, 200]

        @pytest.mark.emulator("composio", state="state.yaml", auth="known")
        @pytest.mark.parametrize(("key", "status"), [("mine", 200), ("k", 401)])
        def test_state(client, key, status):
            answer = client.get("/api/v3.1/toolkits", headers={"x-api-key": key})
            assert answer.status_code == status
        """
    )
    run(plugged).assert_outcomes(passed=4)


def test_documents_can_be_named_once_for_all(plugged: pytest.Pytester) -> None:
    plugged.makeini("[pytest]\nemulator_specs = pets.json paragon")
    plugged.makepyfile(
        """
        def test_both(client):
            assert client.get("/v1/pets").status_code == 200
            assert client.get("/projects/p/tools").status_code == 200
        """
    )
    run(plugged, "--strict-markers").assert_outcomes(passed=1)


def test_failure_shows_the_requests(plugged: pytest.Pytester) -> None:
    plugged.makeini("[pytest]\nemulator_specs = paragon")
    plugged.makepyfile(
        """
        def test_fails(emulator, client):
            client.get("/projects/p/tools?format=paragon")
            emulator.assert_called("POST", "/projects/p/tools", times=1)

        def test_asks_nothing(emulator):
            assert False

        def test_passes(client):
            client.get("/projects/passing/tools")
        """
    )
    result = run(plugged, "-rA")
    result.assert_outcomes(failed=2, passed=1)
    result.stdout.fnmatch_lines(
        [
            "*expected 1 request, found no requests*",
            "*- emulator -*",
            "GET /projects/p/tools?format=paragon → 200  listTools behaviour",
            "*no requests*",
        ]
    )
    assert "passing" not in result.stdout.str()
    assert "client/scope.py" not in result.stdout.str()


def test_failure_at_an_unknown_path_says_what_is_served(plugged: pytest.Pytester) -> None:
    plugged.makeini("[pytest]\nemulator_specs = paragon")
    plugged.makepyfile(
        """
        def test_fails(client):
            assert client.get("/nowhere").status_code == 200

        def test_fails_elsewhere(client):
            client.get("/projects/p/tools")
            assert False
        """
    )
    result = run(plugged)
    result.assert_outcomes(failed=2)
    served = [line for line in result.stdout.lines if line.startswith("served: ")]
    assert served == ["served: paragon"]


def test_running_emulator_is_used(plugged: pytest.Pytester, live_server: str) -> None:
    plugged.makepyfile(
        f"""
        def test_elsewhere(emulator, client):
            assert emulator.url.startswith("{live_server}/~")
            assert client.get("/projects/p/tools").status_code == 200
        """
    )
    run(plugged, "--emulator-url", live_server).assert_outcomes(passed=1)


def test_what_a_marker_sets_up_wrongly_is_said(plugged: pytest.Pytester) -> None:
    plugged.makepyfile(
        """
        import pytest

        @pytest.mark.emulator("nowhere.yaml")
        def test_nothing(emulator):
            pass

        @pytest.mark.emulator("pets.json", auth="knwon")
        def test_value_of_a_setting(emulator):
            pass

        @pytest.mark.emulator("pets.json", faults=[{"fault": "eror"}])
        def test_unknown_fault(emulator):
            pass

        @pytest.mark.emulator(faults=[{"fault": "error"}])
        def test_without_the_fixture():
            pass
        """
    )
    result = run(plugged)
    result.assert_outcomes(errors=3, failed=1)
    said = result.stdout.str()
    assert "nowhere.yaml: there is no such file" in said
    assert "--auth: 'knwon' can't be read" in said
    assert "any or known or off" in said
    assert "eror" in said
    assert "the fixture `emulator`, which this test does not use" in said
    assert "pytest_plugin.py" not in said


IDLE = """
import pytest

pytestmark = pytest.mark.emulator("pets.json")

def test_fault_for_another_path(emulator, client):
    emulator.fault("error", where={"request": {"urlPath": "/nowhere"}})
    client.get("/v1/pets")

def test_fault_whose_turn_never_came(emulator, client):
    emulator.fault("error", when={"every": 3})
    client.get("/v1/pets")

def test_fault_that_could_not_be_injected(emulator, client):
    emulator.fault("stream-cut")
    client.get("/v1/pets")

def test_stub_without_the_base_path(emulator, client):
    emulator.stub("GET", "/pets", json=[])
    client.get("/v1/pets")

def test_stub_behind_another(emulator, client):
    emulator.stub("GET", "/v1/pets", json=[])
    emulator.stub("GET", "/v1/pets", json=[1])
    client.get("/v1/pets")

def test_block_in_which_nothing_came(emulator, client):
    with emulator.faulty("error"):
        pass
    client.get("/v1/pets")

def test_stub_deleted_too_early(emulator, client):
    emulator.delete_stub(emulator.stub("GET", "/v1/pets", json=[]))
    client.get("/v1/pets")

def test_scope_reset_too_early(emulator, client):
    emulator.fault("error")
    emulator.reset()

@pytest.mark.emulator(faults=[{"fault": "error", "where": {"operation": "listPets"}}])
def test_fault_of_the_marker(client):
    client.get("/v1/toys")

@pytest.fixture
def broken(emulator):
    emulator.fault("error")

def test_fault_of_a_fixture(broken):
    pass

@pytest.mark.emulator(unused="warn")
def test_warned(emulator):
    emulator.stub("GET", "/v1/pets", json=[])

@pytest.mark.emulator(unused="allow")
def test_allowed(emulator):
    emulator.stub("GET", "/v1/pets", json=[])

def test_optional(emulator):
    emulator.stub("GET", "/v1/pets", json=[], optional=True)
    emulator.fault("error", optional=True)
    emulator.add_rule({"fault": "error"}, optional=True)
    with emulator.faulty("error", optional=True):
        pass

def test_used(emulator, client):
    with emulator.faulty("error"):
        assert client.get("/v1/pets").status_code == 503
    id = emulator.stub("GET", "/v1/pets", json=[1])
    assert client.get("/v1/pets").json() == [1]
    emulator.control("DELETE", "/requests")
    emulator.delete_stub(id)
    emulator.stub("GET", "/v1/pets", json=[2])
    assert client.get("/v1/pets").json() == [2]

@pytest.mark.xfail(strict=True)
def test_failure_of_its_own(emulator):
    emulator.fault("error")
    assert False

def test_fault_for_an_unknown_operation(emulator):
    emulator.fault("error", where={"operation": "listPetz"})
"""


def test_what_came_to_nothing_fails_a_test(plugged: pytest.Pytester) -> None:
    plugged.makepyfile(IDLE)
    result = run(plugged, "-Wdefault")
    result.assert_outcomes(failed=11, passed=4, xfailed=1, warnings=1)
    said = result.stdout.str()
    for words in (
        'fault \'error\' {"where":{"request":{"urlPath":"/nowhere"}}}: no request matched',
        'fault \'error\' {"when":{"every":3}}: 1 request matched, and its turn never came',
        "fault 'stream-cut': it could not be injected: it is for event streams",
        "stub GET /pets: no request matched. The nearest, GET /v1/pets, differs",
        "/v1 is the base path of pets: the path is /v1/pets",
        "stub GET /v1/pets: requests matched it, but another stub, or the scenario's state",
        "test_block_in_which_nothing_came",
        "1 thing that this test set up came to nothing",
        "no operation is called 'listPetz'",
    ):
        assert words in said
    assert "scope.py" not in said
    assert "raise AssertionError" not in said


def test_scopes_of_modules_and_sessions_last_longer_than_a_test(plugged: pytest.Pytester) -> None:
    plugged.makeini("[pytest]\nemulator_specs = pets.json\nemulator_unused = warn")
    plugged.makepyfile(
        """
        import httpx

        def test_first(emulator_module, emulator_session):
            emulator_module.stub("GET", "/v1/pets", json=[1])
            emulator_session.stub("GET", "/v1/pets", json=[2])
            emulator_module.stub("GET", "/v1/never", json=[2])

        def test_second(emulator_module, emulator_session, emulator):
            scopes = emulator_module, emulator_session, emulator
            found = [httpx.get(f"{scope.url}/v1/pets").json() for scope in scopes]
            assert found == [[1], [2], [{"name": "Rex"}]]
        """
    )
    result = run(plugged, "-Wdefault")
    result.assert_outcomes(passed=2, warnings=1)
    result.stdout.fnmatch_lines(["*stub GET /v1/never: no request matched*"])


def test_files_of_a_marker_are_relative_to_the_test(plugged: pytest.Pytester) -> None:
    folder = plugged.mkdir("deep")
    plugged.path.joinpath("pets.json").rename(folder / "pets.json")
    folder.joinpath("faults.yaml").write_text("[{fault: error}]")
    folder.joinpath("test_deep.py").write_text(
        """
import pytest

@pytest.mark.emulator("pets.json", faults=[{"fault": "delay", "parameters": {"ms": 0}}])
def test_document(client):
    assert client.get("/v1/pets").status_code == 200

@pytest.mark.parametrize("_", [pytest.param(0, marks=pytest.mark.emulator("pets.json"))])
def test_service_that_is_not_served(_, composio_url):
    pass

@pytest.mark.emulator("pets.json", unused="alow")
def test_unknown_wish(emulator):
    pass
        """
    )
    result = run(plugged, "-Wdefault", "--emulator-url", "http://127.0.0.1:1")
    result.assert_outcomes(passed=1, errors=1, failed=1, warnings=1)
    said = result.stdout.str()
    assert "no API is called 'composio'; there is: pets" in said
    assert "emulator_unused is fail, warn or allow, not 'alow'" in said
    assert "--emulator-url is not used here" in said


def test_plugin_costs_nothing_where_it_is_not_used(plugged: pytest.Pytester) -> None:
    plugged.makeconftest("")
    plugged.makepyfile(
        """
        import sys

        def test_nothing():
            assert "emulator.client.pytest_plugin" in sys.modules
            assert "starlette" not in sys.modules
            assert "jsonschema_rs" not in sys.modules
        """
    )
    plugged.runpytest_subprocess(*ALONE).assert_outcomes(passed=1)
