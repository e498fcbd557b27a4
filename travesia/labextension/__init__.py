"""Learner mode in the browser, and the handlers of a person's own server."""
