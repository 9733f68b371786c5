"""What other rooms' tests have for modules of actions, and React's own packages."""

from __future__ import annotations

from tests.actions.conftest import keys as keys
from tests.actions.conftest import load_module as load_module
from tests.actions.conftest import registry_of as registry_of
from tests.flight.conftest import oracle as oracle
