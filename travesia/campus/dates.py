"""Times in a reader's own words and time zone."""

from dataclasses import dataclass
from datetime import datetime

from babel import Locale
from babel.dates import (
    format_date,
    format_time,
    format_timedelta,
    get_timezone,
    get_timezone_name,
)
from babel.numbers import format_decimal
from markupsafe import Markup

# How dates are written where a language is read here, which its bare code does not say.
REGIONS = {"es": "es_MX", "en": "en_US"}


@dataclass(frozen=True)
class Moments:
    """A writer of times for one reader: their language, and the zone their clock shows."""

    language: str
    zone: str
    now: datetime

    @property
    def locale(self) -> Locale:
        """The locale whose customs the reader's dates and numbers follow."""
        return Locale.parse(REGIONS.get(self.language, self.language))

    def full(self, moment: datetime) -> Markup:
        """The day with its weekday and the time, as an HTML `time` element."""
        return self._element(moment, "full")

    def short(self, moment: datetime) -> Markup:
        """The day and the time in few letters, as an HTML `time` element."""
        return self._element(moment, "medium")

    def relative(self, moment: datetime) -> str:
        """How far off a moment is: "in 6 days", "hace 2 horas"."""
        return format_timedelta(
            moment - self.now, threshold=2, add_direction=True, locale=self.locale
        )

    def number(self, value: float) -> str:
        """A number as the reader writes it, with two decimals at most."""
        return format_decimal(value, format="#,##0.##", locale=self.locale)

    @property
    def zone_element(self) -> Markup:
        """The name of the zone in the reader's language, "hora central", as an HTML element."""
        zone = get_timezone(self.zone)
        # Babel has only an odd "unknown region" for the zone of servers and of some browsers.
        universal = self.zone in {"UTC", "Etc/UTC", "GMT", "Etc/GMT"}
        name = (
            "UTC"
            if universal
            else get_timezone_name(zone, width="long", zone_variant="generic", locale=self.locale)
        )
        return Markup("<span data-zone-name>{name}</span>").format(name=name)

    def _element(self, moment: datetime, style: str) -> Markup:
        there = moment.astimezone(get_timezone(self.zone))
        day = format_date(there.date(), style, locale=self.locale)
        hour = format_time(there.timetz(), "short", locale=self.locale)
        return Markup('<time datetime="{iso}" data-style="{style}">{day}, {hour}</time>').format(
            iso=moment.isoformat(), style=style, day=day, hour=hour
        )


def known_zone(name: str | None, otherwise: str) -> str:
    """A zone name that a browser sent, if it is one; else the other."""
    try:
        get_timezone(name or otherwise)
    except (LookupError, ValueError):
        return otherwise
    return name or otherwise
