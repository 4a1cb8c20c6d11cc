"""The state of a connected account: what its scheme has in its status, as the SDK's union says."""

from collections.abc import Mapping

from emulator.http.messages import Json

#: What a connection holds once it works, by scheme; other schemes need nothing.
_WORKING: Mapping[str, tuple[str, ...]] = {
    "OAUTH1": ("oauth_token", "oauth_token_secret"),
    "OAUTH2": ("access_token",),
    "BASIC": ("username",),
    "BEARER_TOKEN": ("token",),
    "GOOGLE_SERVICE_ACCOUNT": ("credentials_json",),
    "BILLCOM_AUTH": ("devKey", "sessionId"),
    "BASIC_WITH_JWT": ("username", "password"),
    "SERVICE_ACCOUNT": ("application_id", "installation_id", "private_key"),
    "DCR_OAUTH": ("client_id", "access_token"),
    "S2S_OAUTH2": ("access_token",),
}
#: What it holds while its user has still to agree.
_WAITING: Mapping[str, tuple[str, ...]] = {
    "OAUTH1": ("authUri", "oauth_token", "oauth_token_secret", "redirectUrl"),
    "OAUTH2": ("redirectUrl",),
    "GOOGLE_SERVICE_ACCOUNT": ("redirectUrl",),
    "BILLCOM_AUTH": ("redirectUrl",),
    "DCR_OAUTH": ("client_id", "redirectUrl"),
}
#: Schemes whose connections never fail or expire: they are switched off.
_LASTING = frozenset(
    ("API_KEY", "BASIC", "BEARER_TOKEN", "GOOGLE_SERVICE_ACCOUNT", "SERVICE_ACCOUNT")
)
_ENDED = frozenset(("FAILED", "EXPIRED", "REVOKED"))


def connection_values(
    scheme: str, status: str, known: Mapping[str, Json], redirect_url: str
) -> dict[str, Json]:
    """The connection's values with its status; what nobody has given is masked."""
    if status in _ENDED and (scheme in _LASTING or (status == "REVOKED" and scheme != "OAUTH2")):
        status = "INACTIVE" if scheme in _LASTING else "EXPIRED"
    working = status in ("ACTIVE", "INACTIVE") or (scheme == "BASIC_WITH_JWT" and status in _ENDED)
    needed = (_WORKING if working else _WAITING if status == "INITIATED" else {}).get(scheme, ())
    urls = {"redirectUrl": redirect_url, "authUri": redirect_url}
    missing = {name: urls.get(name, "xxxx...") for name in needed}
    return {**missing, **known, "status": status}
