"""Spawner, people and JupyterHub configuration as functions."""
