"""Prepares the workspace that schemathesis calls, and keeps a run from spoiling
itself. KUNDI_URL and KUNDI_KEY name the server and the key it is called with."""

import itertools
import json
import os
import re
import urllib.request

import schemathesis


def call(method, path, body=None):
    request = urllib.request.Request(
        os.environ["KUNDI_URL"] + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": "Bearer " + os.environ["KUNDI_KEY"], "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


# What the examples of the document name.
call("PATCH", "/v1/settings", {"phone_region": "KE", "currency": "KES"})
call("POST", "/v1/attributes", {"key": "mrr", "type": "currency"})
call("POST", "/v1/attributes", {"key": "tier", "type": "list", "options": ["gold", "silver"]})

own_key = call("GET", "/v1/keys")["keys"][0]["id"]
nobody = "01935f6e-0000-7000-8000-000000000000"
numbers = itertools.count()


@schemathesis.hook
def before_call(context, case, kwargs):
    # The key of the run must stay as it is. Its id is in the list of keys.
    if case.operation.path == "/v1/keys/{id}" and case.path_parameters.get("id") == own_key:
        case.path_parameters["id"] = nobody
    # A key that came with another request is a 422. Generated ones are short and
    # come again, so each gets a number; those that are not valid stay. A case
    # without the header Authorization would be taken for one with it if changed.
    key = (case.headers or {}).get("Idempotency-Key")
    tried = getattr(case.meta.phase.data, "parameter", None) if case.meta else None
    if tried != "Authorization" and isinstance(key, str) and re.fullmatch("[!-~]{1,255}", key):
        case.headers["Idempotency-Key"] = f"{key[:240]}-{next(numbers)}"
