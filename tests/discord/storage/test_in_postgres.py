"""What owners and people do with what is kept, once more with the state in PostgreSQL."""

from collections.abc import Callable

import pytest
from pydantic import SecretStr

from retrieval.chat.state.kept import State, open_postgres
from tests.discord.incoming.test_insights import *  # noqa: F403
from tests.discord.storage.test_privacy import *  # noqa: F403
from tests.fakes.postgres_server import PostgresServer


@pytest.fixture
def open_it(postgres: PostgresServer) -> Callable[[], State]:
    place = SecretStr(postgres.url())
    return lambda: open_postgres(place)
