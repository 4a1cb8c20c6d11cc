"""What mends a difference, as a person would say it."""

from emulator.contract.compare.cases import Case
from emulator.contract.compare.values import Kind, Suggestion


def suggest(
    kind: Kind, aspect: str, values: tuple[str, str], case: Case, api: str, unknown: bool = False
) -> Suggestion:
    """What mends a difference; `values` are what the emulator has, and the endpoint.

    `unknown`: the place is one that the document says nothing of.
    """
    if kind is Kind.ENDPOINT:
        return _endpoint(aspect)
    if kind is Kind.EMULATOR:
        return Suggestion("fixture", f"mend the answer below fixtures/{api}/{_folder(case)}/")
    if kind is Kind.FLAKY:
        text = "ask again with --repeats; where the endpoint means it, ignore the place by a rule"
        return Suggestion("behaviour", text)
    if unknown and values[1] == "there":
        text = "describe the member in the document, which only lets it pass, and give it"
        return Suggestion("document", text)
    return _different(aspect, values, case, api)


def _endpoint(aspect: str) -> Suggestion:
    if aspect == "answer":
        return Suggestion("behaviour", "the endpoint has to answer; look at its logs")
    text = "describe the endpoint's answer in the document, or mend the endpoint"
    return Suggestion("document", text)


def _different(aspect: str, values: tuple[str, str], case: Case, api: str) -> Suggestion:
    ours, theirs = values
    folder = f"fixtures/{api}/{_folder(case)}"
    if aspect == "status":
        return _status(ours, theirs, case, folder)
    if aspect in ("header", "presence") and theirs == "absent":
        what = "header" if aspect == "header" else "member"
        return Suggestion("fixture", f"leave the {what} out of the answers below {folder}/")
    kinds = {
        "media type": "give `media_type` in a fixture below {folder}/",
        "error code": "give the endpoint's code in a fixture below {folder}/, or in problems/",
        "header": "give the header in a fixture below {folder}/, or in headers.yaml",
        "presence": "give the member in a fixture below {folder}/",
        "domain": "give values like the endpoint's below {folder}/, or write a rule for the place",
    }
    return Suggestion("fixture", kinds[aspect].format(folder=folder))


def _status(ours: str, theirs: str, case: Case, folder: str) -> Suggestion:
    if theirs in ("401", "403") and not case.anonymous:
        return Suggestion(
            "behaviour", "show the endpoint a credential that it takes: --auth, --header"
        )
    if theirs == "429":
        return Suggestion("behaviour", "ask the endpoint more slowly: --rate")
    if not case.valid and theirs[0] in "23":
        text = "the endpoint takes what the document forbids: loosen the document, or mend it"
        return Suggestion("document", text)
    if case.valid and ours[0] in "23" and theirs == "404":
        text = "name a value that the endpoint knows under `parameters` of a rules file"
        return Suggestion("behaviour", text)
    if case.valid and ours[0] in "23" and theirs[0] == "4":
        text = "the endpoint refuses what the document allows: narrow the document, or mend it"
        return Suggestion("document", text)
    if not case.valid:
        text = f"refuse as the endpoint does: give {theirs} in problems/, or document it alone"
        return Suggestion("behaviour", text)
    return Suggestion("fixture", f"add {folder}/{theirs}.default.yaml with the endpoint's answer")


def _folder(case: Case) -> str:
    return case.operation.id
