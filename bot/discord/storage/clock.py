"""Days; one ends at midnight UTC, for every server alike."""

from datetime import UTC, datetime, timedelta

DAY_S = 86_400


def day_of(moment: float) -> str:
    """Give the day of a moment (seconds since 1970) as `YYYY-MM-DD`."""
    return datetime.fromtimestamp(moment, UTC).date().isoformat()


def next_day(moment: float) -> float:
    """Give the moment at which the next day starts."""
    today = datetime.fromtimestamp(moment, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return (today + timedelta(days=1)).timestamp()
