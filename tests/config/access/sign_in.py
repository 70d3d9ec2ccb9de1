"""Who gets which answer from the pages of the sign-in package and the admin site."""

from typing import Any

# Pages of the sign-in package: GET signed in, GET as nobody, POST signed in, POST as nobody.
# Those of a code or key lead nowhere without it.
SIGN_IN_PAGES = "account/"
SIGN_IN_TABLE: dict[str, tuple[int, int, int, int]] = {
    "account_login": (302, 200, 302, 200),
    "account_logout": (200, 302, 302, 302),
    "account_inactive": (200, 200, 405, 405),
    "account_signup": (302, 200, 302, 200),
    "account_reauthenticate": (200, 302, 200, 302),
    "account_change_password": (200, 302, 200, 302),
    "account_set_password": (302, 302, 302, 302),
    "account_reset_password": (200, 200, 200, 200),
    "account_reset_password_from_key_done": (200, 200, 405, 405),
    "account_reset_password_from_key": (200, 200, 200, 200),
    "account_reset_password_done": (200, 200, 405, 405),
    # Second factors: those of others do not exist, and one's own ask first who it is.
    "mfa_index": (302, 302, 302, 302),
    "mfa_authenticate": (302, 302, 302, 302),
    "mfa_reauthenticate": (302, 302, 302, 302),
    "mfa_activate_totp": (302, 302, 302, 302),
    "mfa_deactivate_totp": (404, 302, 404, 302),
    "mfa_view_recovery_codes": (404, 302, 405, 302),
    "mfa_generate_recovery_codes": (302, 302, 302, 302),
    "mfa_download_recovery_codes": (404, 302, 404, 302),
    "mfa_list_webauthn": (302, 302, 302, 302),
    "mfa_add_webauthn": (302, 302, 302, 302),
    "mfa_login_webauthn": (302, 302, 302, 302),
    "mfa_reauthenticate_webauthn": (302, 302, 302, 302),
    "mfa_edit_webauthn": (302, 302, 302, 302),
    "mfa_remove_webauthn": (302, 302, 302, 302),
    # No identity provider is set up.
    "single-sign-on": (405, 405, 404, 404),
    "single-sign-on-callback": (404, 404, 405, 405),
    "single-sign-on-unlink": (405, 302, 404, 302),
    # Our own page among them.
    "account": (200, 302, 422, 302),
    "sessions-end": (405, 302, 302, 302),
}
SIGN_IN_ARGS: dict[str, dict[str, Any]] = {
    "mfa_edit_webauthn": {"pk": 1},
    "mfa_remove_webauthn": {"pk": 1},
    "account_reset_password_from_key": {"uidb36": "1", "key": "abc"},
}
ADMIN_SITE = "admin/"
