"""Names of secrets, and names that only look like them."""

import pytest

from emulator.http.secret_names import SecretNames, is_secret


@pytest.mark.parametrize(
    "name",
    [
        *("Authorization", "x-api-key", "X-API-Key", "apiKey", "api_key", "access_token"),
        *("refreshToken", "client_secret", "Cookie", "set-cookie", "password", "X-Auth-Token"),
        *("proxy-authorization", "sessionKey", "private_key", "clientAssertion"),
        *("X-Auth", "X-Auth-User", "X-Session-Id", "sessionid", "userPwd", "pwd", "auth", "PIN"),
        *("pin_code", "otp", "otp-code", "jwt", "passcode", "AccessKey", "sid", "Signature"),
    ],
)
def test_name_of_a_secret(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        *("token_type", "content-type", "max_tokens", "next_page_token", "credential_id", "key"),
        *("has_password", "tokenCount", "user", "monkey", "link_token", "pinned", "author"),
        *("auth_config", "auth_type", "spin", "sidebar", "keyword", "bypass", "options", "sig"),
    ],
)
def test_name_of_no_secret(name: str) -> None:
    assert not is_secret(name)


@pytest.mark.parametrize(
    ("name", "named", "parameter"),
    [
        ("key", False, True),
        ("sig", False, True),
        ("Key", False, True),
        ("token", True, True),
        ("chip", True, True),
        ("keys", False, False),
    ],
)
def test_parameters_have_further_names(name: str, named: bool, parameter: bool) -> None:
    secrets = SecretNames(frozenset({"chip"}))
    assert (secrets.named(name), secrets.parameter(name)) == (named, parameter)
