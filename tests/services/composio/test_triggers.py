"""Composio's triggers and files."""

from tests.support.composio import Service

SLACK = "ca_Ux6vHc2Lq9Rb"
UPSERT = "/trigger_instances/SLACK_RECEIVE_MESSAGE/upsert"
FILE = {
    "toolkit_slug": "gmail",
    "tool_slug": "GMAIL_SEND_EMAIL",
    "filename": "a.txt",
    "mimetype": "text/plain",
    "md5": "d41d8cd98f00b204e9800998ecf8427e",
}


def test_trigger_types_are_listed_by_toolkit(composio: Service) -> None:
    found = composio.ids("/triggers_types?toolkit_slugs=GitHub", "slug")
    assert found == ["GITHUB_COMMIT_EVENT"]
    assert set(found) < set(composio.get("/triggers_types/list/enum"))


def test_trigger_of_an_account_is_made_once(composio: Service) -> None:
    first = composio("POST", UPSERT, {"connected_account_id": "ca_user_1_slack"}).json()
    again = composio("POST", UPSERT, {"user_id": "user_1"}).json()
    assert first == again


def test_disabled_trigger_is_listed_only_if_asked_for(composio: Service) -> None:
    path = "/trigger_instances/manage/ti_8Bq3kLw0"
    assert composio("PATCH", path, {"status": "disable"}).json() == {"status": "success"}
    assert composio.ids("/trigger_instances/active") == []
    assert composio.ids("/trigger_instances/active?show_disabled=true") == ["ti_8Bq3kLw0"]


def test_deleted_trigger_is_gone(composio: Service) -> None:
    path = "/trigger_instances/manage/ti_8Bq3kLw0"
    assert composio("DELETE", path).json()["trigger_id"] == "ti_8Bq3kLw0"
    assert composio("DELETE", path).status_code == 404


def test_trigger_needs_a_type_and_an_account(composio: Service) -> None:
    assert composio("POST", UPSERT, {"user_id": "stranger"}).status_code == 404
    assert composio("POST", "/trigger_instances/NONE/upsert", {}).status_code == 404


def test_file_with_the_same_content_exists(composio: Service) -> None:
    first = composio("POST", "/files/upload/request", FILE).json()
    again = composio("POST", "/files/upload/request", FILE | {"filename": "b.txt"}).json()
    assert (first["type"], again["type"], again["id"]) == ("new", "existing", first["id"])
    assert composio.ids("/files/list?tool_slug=GMAIL_SEND_EMAIL", "filename") == ["b.txt"]
