"""Importers: files as their publishers give them, read into the canonical flow table."""

from travesia.flows.importers.problems import Problem, Refusal
from travesia.flows.importers.read import read
from travesia.flows.importers.reading import Reading

__all__ = ["Problem", "Reading", "Refusal", "read"]
