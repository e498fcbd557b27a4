"""nbgrader's exchange over HTTP: each class takes the place of nbgrader's own of that name."""

from travesia.exchange.plugins.base import Exchange
from travesia.exchange.plugins.collect import ExchangeCollect
from travesia.exchange.plugins.feedback import ExchangeFetchFeedback, ExchangeReleaseFeedback
from travesia.exchange.plugins.fetch import ExchangeFetchAssignment
from travesia.exchange.plugins.listing import ExchangeList
from travesia.exchange.plugins.membership import Membership
from travesia.exchange.plugins.release import ExchangeReleaseAssignment
from travesia.exchange.plugins.submit import ExchangeSubmit

__all__ = [
    "Exchange",
    "ExchangeCollect",
    "ExchangeFetchAssignment",
    "ExchangeFetchFeedback",
    "ExchangeList",
    "ExchangeReleaseAssignment",
    "ExchangeReleaseFeedback",
    "ExchangeSubmit",
    "Membership",
]
