"""Tests of an application: actions as plain functions, and whole pages the way browsers use them."""

from jetbridge.testing.answers import Answer, Call, CallFailed, Outcome, Page
from jetbridge.testing.client import TestClient
from jetbridge.testing.context import request_context

__all__ = ["Answer", "Call", "CallFailed", "Outcome", "Page", "TestClient", "request_context"]
