# SPDX-License-Identifier: Apache-2.0
"""Tests of the Python client, against the service and the vectors of `clients/conformance`."""
