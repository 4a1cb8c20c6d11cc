"""Suggests how to fix a difference."""

from emulator.contract.compare.cases import Case
from emulator.contract.compare.values import Kind, Suggestion


def suggest(
    kind: Kind, aspect: str, values: tuple[str, str], case: Case, api: str, unknown: bool = False
) -> Suggestion:
    """How to fix a difference; `values` are the emulator's and the endpoint's.

    `unknown`: the document does not describe the place.
    """
    if kind is Kind.ENDPOINT:
        return _endpoint(aspect)
    if kind is Kind.EMULATOR:
        return Suggestion("fixture", f"fix the response below fixtures/{api}/{_folder(case)}/")
    if kind is Kind.FLAKY:
        text = "repeat with --repeats; if the endpoint means it, ignore the place by a rule"
        return Suggestion("behaviour", text)
    if unknown and values[1] == "there":
        text = "describe the member in the document, which only allows it, and add it"
        return Suggestion("document", text)
    return _different(aspect, values, case, api)


def _endpoint(aspect: str) -> Suggestion:
    if aspect == "answer":
        return Suggestion("behaviour", "the endpoint has to respond; look at its logs")
    text = "describe the endpoint's response in the document, or fix the endpoint"
    return Suggestion("document", text)


def _different(aspect: str, values: tuple[str, str], case: Case, api: str) -> Suggestion:
    ours, theirs = values
    folder = f"fixtures/{api}/{_folder(case)}"
    if aspect == "status":
        return _status(ours, theirs, case, folder)
    if aspect in ("header", "presence") and theirs == "absent":
        what = "header" if aspect == "header" else "member"
        return Suggestion("fixture", f"leave the {what} out of the responses below {folder}/")
    kinds = {
        "media type": "set `media_type` in a fixture below {folder}/",
        "error code": "use the endpoint's code in a fixture below {folder}/, or in problems/",
        "header": "add the header in a fixture below {folder}/, or in headers.yaml",
        "presence": "add the member in a fixture below {folder}/",
        "domain": "use values like the endpoint's below {folder}/, or write a rule for the place",
    }
    return Suggestion("fixture", kinds[aspect].format(folder=folder))


def _status(ours: str, theirs: str, case: Case, folder: str) -> Suggestion:
    succeeds = case.valid and ours[0] in "23"
    if theirs in ("401", "403") and not case.anonymous:
        return Suggestion(
            "behaviour", "send a credential that the endpoint accepts: --auth, --header"
        )
    if theirs == "429":
        return Suggestion("behaviour", "send requests to the endpoint more slowly: --rate")
    if not case.valid and theirs[0] in "23":
        text = "the endpoint accepts what the document forbids: fix the document or the endpoint"
        return Suggestion("document", text)
    if succeeds and theirs == "404":
        text = "give a value that the endpoint knows under `parameters` of a rules file"
        return Suggestion("behaviour", text)
    if succeeds and theirs[0] == "4":
        text = "the endpoint rejects what the document allows: fix the document or the endpoint"
        return Suggestion("document", text)
    if not case.valid:
        text = (
            f"reject as the endpoint does: add {theirs} in problems/, or document no other status"
        )
        return Suggestion("behaviour", text)
    return Suggestion("fixture", f"add {folder}/{theirs}.default.yaml with the endpoint's response")


def _folder(case: Case) -> str:
    return case.operation.id
