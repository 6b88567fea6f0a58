"""What schemathesis must know of this server: who asks, and which ids there are.

Before anything is tried the demo's store is given something of everything. The ids are then written into the document as it is
tested, so that requests get further than "there is nothing here". Who asks is said by PASSGATE_CALLER: `owner` (the session
of the vendor's owner, or an API token where tokens count), `customer`, or nobody.
"""

import base64
import hashlib
import json
import os
import time
import urllib.request
import uuid

import jwt
import schemathesis
from cryptography.hazmat.primitives.asymmetric import ec

URL = os.environ["PASSGATE_URL"]
PASSWORD = os.environ["PASSGATE_DEMO_PASSWORD"]
CALLER = os.environ["PASSGATE_CALLER"]
VENDOR = "/admin/vendors/acme"

# What ends the caller's session, or shuts its account: tried by somebody who is here for nothing else.
ENDING = {
    ("DELETE", "/api/v1/session"),
    ("DELETE", "/api/v1/account/sessions"),
    ("DELETE", "/api/v1/account/sessions/{session_id}"),
    ("PUT", "/api/v1/account/password"),
    ("POST", "/api/v1/account/totp"),
    ("POST", "/api/v1/account/totp/confirm"),
    ("POST", "/api/v1/admin/vendors/{vendor}/leave"),
}


def ask(method, path, body=None, cookie=None, headers=None):
    """A request that must succeed: the answer's body, or with `cookie=""` the session it begins."""
    data = None if body is None else json.dumps(body).encode()
    all_headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4()), **(headers or {})}
    if cookie:
        all_headers["Cookie"] = cookie
    request = urllib.request.Request(f"{URL}/api/v1{path}", data=data, method=method, headers=all_headers)
    with urllib.request.urlopen(request) as answer:
        if cookie == "":
            return answer.headers["Set-Cookie"].split(";")[0]
        text = answer.read()
        return json.loads(text) if text else None


def sign_in(email):
    return ask("POST", "/session", {"email": email, "password": PASSWORD}, cookie="")


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Device:
    """A device with a key of its own, and a pass once it has one."""

    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())
        numbers = self.key.public_key().public_numbers()
        x, y = (encode(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
        self.jwk = {"kty": "EC", "crv": "P-256", "x": x, "y": y}
        self.token = None

    def prove(self, method, url, token=None):
        """A proof for one request (RFC 9449)."""
        claims = {"jti": str(uuid.uuid4()), "htm": method, "htu": url.split("?")[0], "iat": int(time.time())}
        if token:
            claims["ath"] = encode(hashlib.sha256(token.encode()).digest())
        return jwt.encode(claims, self.key, algorithm="ES256", headers={"typ": "dpop+jwt", "jwk": self.jwk})

    def ask(self, path, body):
        """A request with the pass that must succeed."""
        proof = self.prove("POST", f"{URL}/api/v1{path}", self.token)
        return ask("POST", path, body, headers={"Authorization": f"DPoP {self.token}", "DPoP": proof})

    def connect(self, license_id, cookie):
        """Has a pass of the license from now on; its id."""
        path = f"/licenses/{license_id}/passes"
        headers = {"DPoP": self.prove("POST", f"{URL}/api/v1{path}")}
        issued = ask("POST", path, {"name": "Desk"}, cookie=cookie, headers=headers)
        self.token = issued["pass"]
        return issued["pass_id"]


def buy(cookie):
    """A license with counted uses and three devices: the order's id and its own."""
    selection = {"offer": "pro", "term": "P1Y", "terminals": 3, "features": ["ai.render"], "uses": {"ai.render": 100}}
    menu = ask("GET", "/vendors/acme/products/sketchpad/menu")
    wanted = {"vendor": "acme", "product": "sketchpad", "menu_version": menu["menu"], "selection": selection}
    digest = ask("POST", "/quotes", wanted)["digest"]
    agreement = next(offer["agreement"]["digest"] for offer in menu["offers"] if offer["offer"] == "pro")
    order = {**wanted, "quote_digest": digest, "agreement_digest": agreement, "payment": "test"}
    order_id = ask("POST", "/orders", order, cookie=cookie)["order_id"]
    paid = ask("POST", f"/orders/{order_id}/payments/test", {"decision": "approve"}, cookie=cookie)
    return order_id, paid["license_id"]


def stock():
    """Something of everything: ids by their type's name, or by their parameter's."""
    order_id, license_id = buy(CUSTOMER)
    pass_id = Device().connect(license_id, CUSTOMER)
    DEVICE.connect(license_id, CUSTOMER)
    slice_id = DEVICE.ask("/slices", {"feature": "ai.render", "count": 5})["slice_id"]
    leaving = Device()
    leaving.connect(license_id, CUSTOMER)
    move_id = leaving.ask("/moves", {"pass_id": read(leaving.token)["jti"]})["move_id"]
    admin = lambda method, path, body=None: ask(method, VENDOR + path, body, cookie=OWNER)
    webhook_id = admin("POST", "/webhooks", {"url": "https://example.com/hook"})["webhook"]["webhook_id"]
    invited = {"email": "new@example.com", "role": "viewer"}
    return {
        "vendor": "acme",
        "product": "sketchpad",
        "kid": admin("POST", "/keys")["kid"],
        "digest": ask("GET", "/vendors/acme/products/sketchpad/menu")["offers"][0]["agreement"]["digest"],
        "code": admin("POST", "/coupons", {"code": "SPRING-10", "percent_off": 10})["code"],
        "CustomerId": admin("GET", "/customers")["items"][0]["customer"]["customer_id"],
        "AccountId": admin("GET", "/members")["items"][0]["account_id"],
        "LicenseId": license_id,
        "OrderId": order_id,
        "PassId": pass_id,
        "MoveId": move_id,
        "SliceId": slice_id,
        "WebhookId": webhook_id,
        "InvitationId": admin("POST", "/invitations", invited)["invitation"]["invitation_id"],
        "TokenId": admin("POST", "/tokens", {"name": "Spare", "scopes": ["team:read"]})["token"]["token_id"],
        "SessionId": ask("GET", "/account/sessions", cookie=LEAVER)["items"][0]["session_id"],
    }


def read(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def new_session(name):
    person = {"name": name, "email": f"{name}-{uuid.uuid4()}@example.com", "password": PASSWORD}
    return ask("POST", "/accounts", person, cookie="")


OWNER = sign_in("owner@example.com")
CUSTOMER = sign_in("customer@example.com")
LEAVER = new_session("leaver")
DEVICE = Device()
IDS = stock()
TOKENS = {}


def given(name):
    """What a request may name: what is there, and something that is not."""
    if name not in IDS:
        return None
    known = IDS[name]
    unknown = [f"{known.split('_')[0]}_01kavb2c5mf6tvq0sr8s1y4d9e"] if name.endswith("Id") else []
    return {"type": "string", "enum": [known, *unknown]}


def name_ids(schema):
    """The same schema with ids that are there."""
    if isinstance(schema, list):
        return [name_ids(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    known = given(schema["$ref"].split("/")[-1]) if "$ref" in schema else None
    return known or {name: name_ids(part) for name, part in schema.items()}


@schemathesis.hook
def before_load_schema(ctx, raw_schema):
    """Requests name what is there; what is answered stays as it is documented."""
    schemas = raw_schema["components"]["schemas"]
    if CALLER == "owner":
        body = {"name": "All", "scopes": schemas["Permission"]["enum"]}
        TOKENS["owner"] = ask("POST", f"{VENDOR}/tokens", body, cookie=OWNER)["secret"]
    for name, schema in schemas.items():
        if name.endswith(("Request", "New", "Edit")):
            schemas[name] = name_ids(schema)
    for item in raw_schema["paths"].values():
        for operation in item.values():
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "path":
                    parameter["schema"] = given(parameter["name"]) or name_ids(parameter["schema"])


@schemathesis.hook
def before_call(ctx, case, kwargs):
    """Says who asks, as the operation wants it said."""
    operation = case.operation
    schemes = {scheme for way in operation.definition.raw.get("security", []) for scheme in way}
    headers = case.headers if case.headers is not None else {}
    case.headers = headers
    path = operation.path
    wants_proof = any(given["name"] == "DPoP" for given in operation.definition.raw.get("parameters", []))
    if wants_proof:
        token = DEVICE.token if "terminal" in schemes and "session" not in schemes else None
        headers["DPoP"] = DEVICE.prove(operation.method.upper(), URL + case.formatted_path, token)
        if token:
            headers["Authorization"] = f"DPoP {token}"
            return
    if CALLER in TOKENS and "token" in schemes:
        headers["Authorization"] = f"Bearer {TOKENS[CALLER]}"
    elif "session" in schemes and CALLER != "nobody":
        sessions = {"owner": OWNER, "customer": CUSTOMER}
        ending = (operation.method.upper(), path) in ENDING
        headers["Cookie"] = new_session("leaver") if ending else sessions[CALLER]
