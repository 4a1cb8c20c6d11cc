"""The pytest plugin in pytest: fixtures, the marker, parallel tests, the report of a failure."""

import pytest

from tests.support.inner_pytest import ALONE, run

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


def test_running_emulator_is_used(plugged: pytest.Pytester, live_server: str) -> None:
    plugged.makepyfile(
        f"""
        def test_elsewhere(emulator, client):
            assert emulator.url.startswith("{live_server}/~")
            assert client.get("/projects/p/tools").status_code == 200
        """
    )
    run(plugged, "--emulator-url", live_server).assert_outcomes(passed=1)


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
