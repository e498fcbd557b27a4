"""A new case to start from: short, complete, and free of problems but for what it is about."""

import re
import sys
from string import Template

import yaml

# What YAML 1.1 or an editor's YAML 1.2 takes for something else.
_NOT_TEXT = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})

SKELETON = Template("""\
# yaml-language-server: $$schema=case.schema.json
# Replace every text. Check with: travesia case check $name.case.yaml
id: $id
version: '1'
title: $title
summary: Who waits where, in one sentence. Constructed and composite.
roles:
  official: {title: Public official, briefing: You are on shift in the hall.}
  consul: {title: Consular officer, briefing: You are on a protection visit.}
  civil: {title: Civil society, briefing: You keep an information table.}
  volunteer: {title: Shelter volunteer, briefing: You have come along with her.}
start: first-scene
practice: free                  # free | once | never
points: 0                       # more than 0 where it is graded
dimensions: {safety: 3, legal: 3, referral: 2, consent: 2}
outcomes: []                    # the outcomes of the module that it practises
nodes:
  first-scene:
    text: >-
      Write what the person in the scene does and says. Somebody waits, and it is your turn.
    references: [{instrument: LM, article: '98', as_of: 2026-02-08}]
    shuffle: true
    choices:
      - id: say-who-you-are
        text: Say who you are, and ask her what she needs just now.
        next: heard
        effects: {safety: 2, legal: 1, consent: 3}
        acceptable: true
        feedback:
          person: She looks up and asks for water.
          why: People talk to somebody who says what the talk is for.
          article: LM 98
          say: '"My name is …. What do you need now?"'
      - id: call-first
        text: Call the office that protects, then explain it to her.
        next: heard
        effects: {safety: 1, legal: 2, referral: 2}
        acceptable: true
        refers: true
        feedback:
          person: The notice is out. She asks whom you were calling.
          why: The notice is right. It is better when she hears of it first.
          article: LM 98
          say: '"I am calling somebody who can protect you."'
      - id: wait-and-see
        text: Finish your own list first, since she waits in any case.
        next: empty-bench
        effects: {safety: -2, legal: -1, referral: -1}
        feedback:
          person: When you look up, the bench is empty.
          why: What is urgent does not wait for a list.
          article: LM 98
          say: '"I will be with you in two minutes."'
  heard:
    ending:
      kind: good
      title: Heard
      text: 'She is heard today. What helped: a glass of water and a name.'
  empty-bench:
    ending:
      kind: harm
      title: The empty bench
      text: 'Nobody knows where she went. What helped: somebody else asked her, the next day.'
""")


def skeleton(name: str, title: str) -> str:
    """The YAML of a new case with an id and a title."""
    return SKELETON.substitute(name=name, id=_scalar(name), title=_scalar(title))


def _scalar(text: str) -> str:
    """A text as YAML reads it back: `no`, `2024` and `null` would be no text without quotes."""
    plain = all(word.isalpha() and word.lower() not in _NOT_TEXT for word in re.split("[ -]", text))
    if plain:
        return text
    quoted: str = yaml.safe_dump(text, default_style="'", allow_unicode=True, width=sys.maxsize)
    return quoted.rstrip("\n")
