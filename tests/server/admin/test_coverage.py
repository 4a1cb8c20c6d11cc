"""`GET /__admin/coverage`: what a scope's requests have met."""

import httpx


def test_it_counts_what_the_scope_has_met(client: httpx.Client) -> None:
    scope = {"emulator-scope": "met", "authorization": "Bearer test"}
    body = {"tool": "SLACK_SEND_MESSAGE", "parameters": {"channel": "C1", "message": "hi"}}
    client.post("/projects/demo/tools", json=body, headers=scope).raise_for_status()
    forced = client.post("/projects/demo/tools", json=body, headers={**scope, "prefer": "code=500"})
    assert forced.status_code == 500
    apis = client.get("/__admin/coverage", headers=scope).json()["apis"]
    assert [(api["api"], api["answers_met"]) for api in apis] == [
        ("paragon", 1), ("composio", 0), ("agentflow", 0),
    ]  # fmt: skip
    counted = {
        (case["status"], case["kind"]): (case["met"], case["forced"])
        for case in apis[0]["cases"]
        if case["met"] or case["forced"]
    }
    assert counted[("200", "answer")] == (1, 0)
    assert counted[("500", "answer")] == (0, 1)
