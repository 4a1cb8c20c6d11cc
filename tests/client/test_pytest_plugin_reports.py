"""What the pytest plugin says of a failed test, and of what came to nothing."""

import pytest

from tests.support.inner_pytest import run


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
