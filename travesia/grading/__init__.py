"""Executing submissions, judging answers, feedback."""
