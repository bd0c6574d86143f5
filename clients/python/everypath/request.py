# SPDX-License-Identifier: Apache-2.0
"""One request to the service, told apart as its callers need it: an answer, a refusal, or nobody there."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from typing import Any

from .errors import IntegrityError, ServiceResponseError

#: A first choice of a variant may have to be linked before it is served.
TIMEOUT_SECONDS = 15.0
MAX_JSON_BYTES = 4 << 20


class Unchanged(Exception):
    """What was asked about with `if-none-match` still holds."""


class Unreachable(Exception):
    """No connection, or an answer (429, 5xx) after which another try may fare better."""

    def __init__(self, why: str, retry_after: str | None = None) -> None:
        super().__init__(why)
        self.retry_after = retry_after


def _refusal(status: int, text: bytes) -> ServiceResponseError:
    try:
        error = json.loads(text)["error"]
        return ServiceResponseError(status, error["code"], f"{error['message']}. {error['hint']}")
    except (ValueError, KeyError, TypeError):
        return ServiceResponseError(status, "", f"the service answered {status}")


def request_bytes(
    url: str, body: bytes | None, max_bytes: int, extra: dict[str, str] | None = None, method: str | None = None
) -> bytes:
    """Gets at most `max_bytes`; posts when there is a body, JSON unless the extra headers say otherwise.

    Raises `Unreachable`, `ServiceResponseError` for refusals (4xx), `IntegrityError` for too long an answer.
    """
    return request_tagged(url, body, max_bytes, extra, method)[0]


def request_tagged(
    url: str, body: bytes | None, max_bytes: int, extra: dict[str, str] | None = None, method: str | None = None
) -> tuple[bytes, str | None]:
    """The same with the answer's ETag; raises `Unchanged` where that is all the answer."""
    headers = {**({"content-type": "application/json"} if body is not None else {}), **(extra or {})}
    try:
        request = urllib.request.Request(url, data=body, headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
            data = response.read(max_bytes + 1)
            announced, etag = response.headers.get("content-length"), response.headers.get("etag")
    except urllib.error.HTTPError as error:
        with error:
            if error.code == 304:
                raise Unchanged() from None
            if error.code == 429 or error.code >= 500:
                raise Unreachable(f"{url} answered {error.code}", error.headers.get("retry-after")) from None
            raise _refusal(error.code, error.read(MAX_JSON_BYTES)) from None
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(f"{url}: {error}") from None
    if len(data) > max_bytes:
        raise IntegrityError(f"the service sent more than the {max_bytes} bytes announced: refused")
    if announced is not None and len(data) < int(announced):
        raise Unreachable(f"{url}: the connection was cut after {len(data)} of {announced} bytes")
    return data, etag


def request_json(url: str, body: Any = None) -> Any:
    """Gets JSON, in the same way."""
    return request_tagged_json(url, body, None)[0]


def request_tagged_json(url: str, body: Any, if_none_match: str | None) -> tuple[Any, str | None]:
    """JSON and its ETag; raises `Unchanged` where the answer is the one that `if_none_match` names."""
    extra = {"if-none-match": if_none_match} if if_none_match else None
    data, etag = request_tagged(url, None if body is None else json.dumps(body).encode(), MAX_JSON_BYTES, extra)
    try:
        return json.loads(data), etag
    except ValueError:
        raise IntegrityError(f"{url} did not answer with JSON; is the service's address right?") from None
