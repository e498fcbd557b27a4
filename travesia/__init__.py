"""Travesía: an interactive curriculum on human security and migration, on a shared JupyterHub."""

__version__ = "0.1.0"
