"""A small case that uses every feature, as an author would write it."""

import pytest
from click.testing import CliRunner

from travesia.scenarios import parse_case

SMALL_CASE = """\
id: small
version: "1"
title: Two at the station
summary: A short case.
roles:
  official: {title: Migration officer, briefing: You are on shift.}
  consul: {title: Consular officer, briefing: You visit the station.}
start: platform
points: 10
practice: free
dimensions: {safety: 2, legal: 1, referral: 1, consent: 1}
nodes:
  platform:
    text: A man and a girl wait on the platform.
    text_by_role: {consul: A man and a girl ask for you.}
    note: A child may be in danger.
    illustration: {src: images/platform.svg, alt: An empty platform.}
    references: [{instrument: LM, article: "98", as_of: 2026-02-08}]
    choices:
      - id: notify
        text: Tell the Procuraduría.
        next: room
        effects: {legal: 2, referral: 2}
        acceptable: true
        refers: true
        feedback: {person: She is seen., why: It decides., article: LM 98, say: I am calling.}
      - id: separate
        text: Take the little girl away.
        next: room
        next_by_role: {consul: harmed}
        effects: {safety: -2}
        critical: separating-family
        critical_by_role: {consul: null}
        feedback: {person: She is afraid., why: He may be kin., article: LM 98, say: Stay here.}
      - id: greet
        text: Greet both and sit down.
        next: room
        roles: [official]
        effects: {safety: 1, consent: 2}
        acceptable: true
        feedback: {person: She is calm., why: Trust., article: LM 112, say: Good morning.}
  room:
    text: Both sit in a quiet room.
    choices:
      - id: offer-water
        text: Offer them some water.
        next: room
        effects: {consent: 1}
        acceptable: true
        feedback: {person: She drinks., why: Care., article: LM 112, say: Some water.}
      - id: ask-apart
        text: Ask the two of them apart.
        next: seen
        effects: {safety: 2, legal: 1}
        acceptable: true
        feedback: {person: She speaks., why: Privacy., article: LM 112, say: May I ask.}
      - id: thank
        text: Say that help is on its way.
        next: half
        when: {chosen: [notify]}
        effects: {consent: 1}
        effects_by_role: {consul: {consent: 2}}
        acceptable: true
        acceptable_by_role: {consul: false}
        feedback: {person: She waits., why: Facts., article: LM 98, say: They come.}
        feedback_by_role:
          consul: {person: He waits., why: Facts., article: LM 98, say: They come.}
  seen: {ending: {kind: good, title: Seen, text: She is with her aunt.}}
  half: {ending: {kind: mixed, title: Waiting, text: She waits., text_by_role: {consul: He waits.}}}
  harmed: {ending: {kind: harm, title: Lost, text: Nobody knows where she is.}}
"""


@pytest.fixture
def runner():
    """Runs a command as in a terminal."""
    return CliRunner()


@pytest.fixture
def small_text():
    return SMALL_CASE


@pytest.fixture
def small():
    return parse_case(SMALL_CASE, "small.case.yaml")
