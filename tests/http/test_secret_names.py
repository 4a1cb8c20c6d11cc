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
        *("X-PIN", "X-Bearer", "X-User-Pass", "Ocp-Apim-Subscription-Key", "DPoP", "PHPSESSID"),
        *("authkey", "assertion", "SAMLResponse", "code_verifier", "bearer", "AccountKey"),
        *("SAMLRequest", "saml_response", "hmac", "X-Hmac", "X-Shopify-Hmac-Sha256", "hmacSHA256"),
        *("X-Refresh-Token", "X-XSRF-TOKEN", "_csrf", "totp", "signing_key", "verificationCode"),
        *("security-code", "authCode", "recoveryCodes", "backup_codes", "encryptionKey"),
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
        *("X-Token-Expires", "access_token_expires_in", "X-Authenticated-Userid", "assertions"),
        *("bearerFormat", "session", "code", "ticket", "auth_config"),
        *("oauth_signature_method", "signatureVersion", "hmac_algorithm", "passwordPolicy"),
        *("statusCode", "country_code", "refresh", "X-Refresh", "primary_key", "hmacs"),
        *("auth_type", "spin", "sidebar", "keyword", "bypass", "options", "sig"),
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
        ("ticket", False, True),
        ("code", False, True),
        ("X-Session", False, False),
    ],
)
def test_parameters_have_further_names(name: str, named: bool, parameter: bool) -> None:
    secrets = SecretNames(frozenset({"chip"}))
    assert (secrets.named(name), secrets.parameter(name, "a value")) == (named, parameter)


def test_headers_have_further_names_and_short_codes_are_none_of_oauth() -> None:
    secrets = SecretNames()
    assert secrets.header("X-Session")
    assert secrets.header("X-Refresh")
    assert not secrets.header("X-Sessions")
    assert not secrets.header("Refresh")
    assert not secrets.parameter("code", "404")
