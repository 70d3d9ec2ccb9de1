"""A small, real OpenID Connect provider: discovery, authorization code with PKCE, RS256, JWKS.

    python -m tests.identity_provider

prints its address and serves until it is ended. What it says, and how it lies, is set by POST
/control with JSON (see State); what it was asked is read at GET /control.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET, KID = "pilotage", "a secret of two", "key-1"
BASE = Path(__file__).resolve().parent.parent


@dataclass
class State:
    """The person at the keyboard, the lies, and the codes and tokens given out."""

    person: dict[str, Any] = field(default_factory=dict)
    issuer: str = ""  # in tokens, when not the true one
    audience: str = CLIENT
    expires: int = 300
    algorithm: str = "RS256"
    key: str = "true"  # or "other": signed by a key that is not published
    userinfo: dict[str, Any] = field(default_factory=dict)  # in place of the person's
    refuse: str = ""  # an error in place of a code
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)


STATE = State()
KEYS = {
    name: rsa.generate_private_key(public_exponent=65537, key_size=2048)
    for name in ("true", "other")
}


class Door(BaseHTTPRequestHandler):
    """One request."""

    def log_message(self, *_: Any) -> None:
        pass

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query))
        pages: dict[str, Callable[[], None]] = {
            "/.well-known/openid-configuration": lambda: self.say(self.configuration()),
            "/jwks": lambda: self.say({"keys": [self.public_key()]}),
            "/authorize": lambda: self.authorize(query),
            "/userinfo": self.userinfo,
            "/control": lambda: self.say({"asked": STATE.asked}),
        }
        pages.get(parts.path, lambda: self.say({"error": "not found"}, 404))()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/control":
            for name, value in json.loads(body).items():
                setattr(STATE, name, value)
            self.say({})
        elif self.path == "/token":
            self.token(dict(parse_qsl(body.decode())))
        else:
            self.say({"error": "not found"}, 404)

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def public_key(self) -> dict[str, Any]:
        public = KEYS["true"].public_key()
        found: dict[str, Any] = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(public))
        return found | {"kid": KID, "use": "sig", "alg": "RS256"}

    def authorize(self, query: dict[str, str]) -> None:
        STATE.asked.append(query)
        needed = {
            "response_type": "code", "client_id": CLIENT, "code_challenge_method": "S256",
        }  # fmt: skip
        wrong = [name for name, value in needed.items() if query.get(name) != value]
        if wrong or not query.get("code_challenge") or "openid" not in query.get("scope", ""):
            return self.say({"error": "invalid_request", "wrong": wrong}, 400)
        answer = {"state": query.get("state", "")}
        if STATE.refuse:
            answer["error"] = STATE.refuse
        else:
            answer["code"] = secrets.token_urlsafe(16)
            STATE.codes[answer["code"]] = query
        self.send_response(302)
        self.send_header("Location", f"{query['redirect_uri']}?{urlencode(answer)}")
        self.end_headers()
        return None

    def token(self, form: dict[str, str]) -> None:
        began = STATE.codes.pop(form.get("code", ""), None)  # a code works once
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return self.say({"error": "invalid_client"}, 401)
        if (
            began is None
            or challenge != began["code_challenge"]
            or form.get("redirect_uri") != began["redirect_uri"]
            or form.get("grant_type") != "authorization_code"
        ):
            return self.say({"error": "invalid_grant"}, 400)
        access = secrets.token_urlsafe(16)
        STATE.tokens[access] = STATE.userinfo or STATE.person
        return self.say(
            {
                "access_token": access, "token_type": "Bearer", "expires_in": 300,
                "id_token": self.identity(),
            }
        )  # fmt: skip

    def identity(self) -> str:
        now = int(time.time())
        claims = STATE.person | {
            "iss": STATE.issuer or self.issuer, "aud": STATE.audience, "iat": now,
            "exp": now + STATE.expires,
        }  # fmt: skip
        key: Any = {"HS256": SECRET * 4, "none": None}.get(STATE.algorithm, KEYS[STATE.key])
        return jwt.encode(claims, key, algorithm=STATE.algorithm, headers={"kid": KID})

    def userinfo(self) -> None:
        held = self.headers.get("Authorization", "").removeprefix("Bearer ")
        found = STATE.tokens.get(held)
        self.say(found or {"error": "invalid_token"}, 200 if found else 401)

    def say(self, content: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Provider:
    """The running provider, as a test sees it."""

    def __init__(self, process: subprocess.Popen[str], issuer: str) -> None:
        self.process = process
        self.issuer = issuer

    def set(self, **state: Any) -> None:
        requests.post(f"{self.issuer}/control", json=state, timeout=60).raise_for_status()

    def asked(self) -> list[dict[str, str]]:
        answer = requests.get(f"{self.issuer}/control", timeout=60).json()
        found: list[dict[str, str]] = answer["asked"]
        return found

    def approve(self, address: str) -> str:
        """What a browser does at the provider: the address it is sent back to."""
        answer = requests.get(address, allow_redirects=False, timeout=60)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(60)


@contextmanager
def running() -> Iterator[Provider]:
    """A provider in a process of its own, on a free port of this machine."""
    command = [sys.executable, "-m", "tests.identity_provider"]
    process = subprocess.Popen(command, cwd=BASE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    provider = Provider(process, process.stdout.readline().strip())
    try:
        yield provider
    finally:
        provider.end()
        process.stdout.close()


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
