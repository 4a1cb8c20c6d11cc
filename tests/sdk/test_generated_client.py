"""A client that a generator made of our own document, against the emulator that remembers."""

import importlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest

from emulator.server.app import create_app
from emulator.server.uvicorn import running
from emulator.settings import Settings
from tests.support.remembering import DOCUMENTS

PACKAGE = "generated_saas_client"
#: Of a collection that nobody has touched.
AT_START = 12
#: No list of the tests is as long.
MOST_PAGES = 20

#: Calls an operation of the client: the value of a successful response, else (status, error).
Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The package, made by `openapi-python-client` as it comes."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "config.yaml").write_text("post_hooks: []\n")
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"]
    command += ["--path", str(DOCUMENTS["saas"]), "--config", "config.yaml"]
    command += ["--output-path", PACKAGE, "--fail-on-warning"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    yield importlib.import_module(PACKAGE)
    sys.path.remove(str(folder))


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The base URL of the document."""
    settings = Settings(specs=(str(DOCUMENTS["saas"]),), remember="lenient")
    with running(create_app(settings)) as origin:
        yield f"{origin}/saas/v1"


@pytest.fixture
def ask(generated: ModuleType, url: str) -> Iterator[Ask]:
    """Calls the client's operations, in a scope of the test's own."""
    headers = {"Emulator-Scope": f"sdk-{uuid4().hex}"}
    client = generated.AuthenticatedClient(url, "token", headers=headers)

    def call(name: str, *path: Any, **more: Any) -> Any:
        module = importlib.import_module(f"{PACKAGE}.api.default.{name}")
        answer = module.sync_detailed(*path, client=client, **more)
        if answer.status_code >= 400:
            return int(answer.status_code), answer.parsed
        return answer.parsed

    with client:
        yield call


@pytest.fixture
def models(generated: ModuleType) -> Any:
    """The classes of the client."""
    return importlib.import_module(f"{PACKAGE}.models")


def listed(ask: Ask, name: str, *path: Any, **more: Any) -> list[Any]:
    """Every item of all pages."""
    found: list[Any] = []
    cursor: dict[str, Any] = {}
    for _ in range(MOST_PAGES):
        page = ask(name, *path, limit=5, **cursor, **more)
        assert len(page.data) <= 5
        found += page.data
        if not page.next_cursor:
            return found
        cursor = {"cursor": page.next_cursor}
    raise AssertionError(f"{name} has no last page")


def test_user_is_made_read_changed_and_deleted(ask: Ask, models: Any) -> None:
    sent = models.UserCreate(name="Ann", email="ann@example.com", role=models.Role.OWNER)
    made = ask("create_user", body=sent)
    assert (made.name, made.email, made.role) == ("Ann", "ann@example.com", models.Role.OWNER)
    assert ask("get_user", made.id) == made
    changed = ask("update_user", made.id, body=models.UserUpdate(role=models.Role.GUEST))
    assert (changed.id, changed.name, changed.role) == (made.id, "Ann", models.Role.GUEST)
    assert (changed.created_at, changed.email) == (made.created_at, made.email)
    assert changed.updated_at >= made.updated_at
    assert ask("get_user", made.id) == changed
    assert ask("delete_user", made.id) is None
    status, error = ask("get_user", made.id)
    assert status == 404
    assert error.error.message


def test_all_pages_have_each_user_once(ask: Ask, models: Any) -> None:
    sent = [models.UserCreate(name=f"U{n}", email=f"u{n}@example.com") for n in range(8)]
    made = [ask("create_user", body=each).id for each in sent]
    found = [user.id for user in listed(ask, "list_users")]
    assert len({*found}) == len(found) == AT_START + 8
    assert {*made} <= {*found}
    ask("delete_user", made[0])
    assert {*found} - {user.id for user in listed(ask, "list_users")} == {made[0]}


def test_filter_finds_the_users_of_a_role(ask: Ask, models: Any) -> None:
    roles = (models.Role.GUEST, models.Role.OWNER, models.Role.GUEST)
    sent = [models.UserCreate(name="U", email="u@example.com", role=role) for role in roles]
    made = [ask("create_user", body=each) for each in sent]
    guests = listed(ask, "list_users", role=models.Role.GUEST)
    assert {user.role for user in guests} == {models.Role.GUEST}
    assert {made[0].id, made[2].id} <= {user.id for user in guests}


def test_tasks_are_those_of_their_project(ask: Ask, models: Any) -> None:
    moon = ask("create_project", body=models.ProjectWrite(name="Moon"))
    mars = ask("create_project", body=models.ProjectWrite(name="Mars", archived=True))
    land = ask("create_task", moon.id, body=models.TaskCreate(title="Land", labels=["x"]))
    look = ask("create_task", mars.id, body=models.TaskCreate(title="Look"))
    assert (land.project_id, look.project_id) == (moon.id, mars.id)
    done = models.TaskUpdate(state=models.TaskState.DONE)
    assert ask("update_task", moon.id, land.id, body=done).labels == ["x"]
    titles = [task.title for task in listed(ask, "list_tasks", moon.id)]
    assert "Land" in titles
    assert "Look" not in titles
    assert ask("replace_project", moon.id, body=models.ProjectWrite(name="Luna")).id == moon.id
    assert ask("get_project", moon.id).name == "Luna"


def test_invoice_is_sent_and_paid(ask: Ask, models: Any) -> None:
    sent = models.InvoiceCreate(customer="Ann", amount=500)
    made = ask("create_invoice", body=sent, idempotency_key="one")
    assert ask("create_invoice", body=sent, idempotency_key="one").id == made.id
    assert ask("send_invoice", made.id).status == models.InvoiceStatus.SENT
    paid = ask("pay_invoice", made.id)
    assert (paid.id, paid.amount, paid.status) == (made.id, 500, models.InvoiceStatus.PAID)
    open_ = listed(ask, "list_invoices", status=models.InvoiceStatus.DRAFT)
    assert made.id not in [invoice.id for invoice in open_]
    assert ask("get_invoice", made.id) == paid
