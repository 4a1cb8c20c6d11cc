"""The frozen clock of the live server: that of AgentFlow's documented example."""

from datetime import UTC, datetime

NOW = datetime(2026, 4, 28, 14, 30, tzinfo=UTC)
