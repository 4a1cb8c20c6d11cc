"""Files of a session's mount, and the configurations that a session had."""

import pytest

from tests.support.composio import Service

SESSION = "/tool_router/session/trs_5Kd0vXq2mN"
FILES = f"{SESSION}/mounts/files"


def path_of(name: str) -> dict[str, str]:
    return {"mount_relative_path": name}


def test_file_lives(composio: Service) -> None:
    made = composio("POST", f"{FILES}/upload_url", path_of("data/a b.csv")).json()
    assert made["upload_url"].endswith("/files/data/a%20b.csv")
    assert made["sandbox_mount_prefix"] == "/mnt/files"
    got = composio("POST", f"{FILES}/download_url", path_of("data/a b.csv"))
    assert got.json()["download_url"] == made["upload_url"]
    gone = composio("POST", f"{FILES}/delete", path_of("data/a b.csv"))
    assert gone.json()["mount_relative_path"] == "data/a b.csv"
    for action in ("download_url", "delete"):
        assert composio("POST", f"{FILES}/{action}", path_of("data/a b.csv")).status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("limit=9999", ["data/a.csv", "data/b.csv", "report.pdf"]),
        ("mount_relative_prefix=data/", ["data/a.csv", "data/b.csv"]),
        ("mount_relative_prefix=none", []),
    ],
)
def test_files_are_listed_by_path(composio: Service, query: str, found: list[str]) -> None:
    for name in ("data/b.csv", "data/a.csv"):
        composio("POST", f"{FILES}/upload_url", path_of(name))
    assert composio.ids(f"{FILES}/items?{query}", "mount_relative_path") == found


def test_pages_of_files(composio: Service) -> None:
    composio("POST", f"{FILES}/upload_url", path_of("z"))
    first = composio.get(f"{FILES}/items?limit=1")
    second = composio.get(f"{FILES}/items?cursor={first['next_cursor']}")
    names = [each["mount_relative_path"] for page in (first, second) for each in page["items"]]
    assert names == ["report.pdf", "z"]
    assert second["next_cursor"] is None


def test_mounts_and_sessions_have_files_of_their_own(composio: Service) -> None:
    assert composio.ids(f"{SESSION}/mounts/other/items", "mount_relative_path") == []
    assert composio("GET", "/tool_router/session/none/mounts/files/items").status_code == 404


def test_session_remembers_its_configurations(composio: Service) -> None:
    composio("PATCH", SESSION, {"search": {"enable": False}})
    composio("PATCH", SESSION, {"search": {"enable": True}})
    history = composio.get(f"{SESSION}/config_history?limit=2")
    rest = composio.get(f"{SESSION}/config_history?cursor={history['next_cursor']}")
    items = history["items"] + rest["items"]
    assert [each["version"] for each in items] == [3, 2, 1]
    assert [each["is_current"] for each in items] == [True, False, False]
    assert [each["config"]["search"]["enable"] for each in items] == [True, False, True]
