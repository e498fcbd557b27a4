"""The code of Twine's story formats in a passage: where it is, and what is said without it.

Harlowe writes `(if: $late)[She waits.]`, SugarCube `<<if $late>>She waits.<</if>>`, Chapbook
`[if late]`, Snowman `<% if (s.late) { %>`. A case has conditions of its own, so code is never
carried; the words in it are.
"""

import re
from collections.abc import Iterator

_HARLOWE = re.compile(r"\((?P<name>[a-z][a-z0-9_-]*):\s*+", re.IGNORECASE)
# Harlowe 3's own macros, without the hyphens and underscores that it passes over.
_MACROS = frozenset(
    """
    a abs action after aftererror alert align allpass altered append appendwith array assert
    assertexists b4r b4rcolor b4rcolour b4rsize background bg border bordercolor bordercolour
    bordersize box button ceil change charstyle checkbox checkboxfullscreen clamp click clickappend
    clickgoto clickprepend clickreplace clickrerun clickundo collapse color colour complement cond
    confirm cornerradius cos count css currentdate currenttime cyclinglink dataentries datamap
    datanames datapattern dataset datatype datavalues debug dialog digitformat display dm dmaltered
    dmentries dmnames dmvalues dropdown ds either else elseif enchant enchantin erasepast error
    event exclusivity exp find floatbox floor folded font for forcecheckbox forcedropdown
    forceinput forceinputbox forgetundos forgetvisits goto gotourl gradient hidden hide history hook
    hooksnamed hoverstyle hsl hsla iconcounter iconfullscreen iconredo iconrestart iconundo if
    ignore input inputbox interlaced joined lch lcha lerp linestyle link linkappend linkfullscreen
    linkgoto linkreload linkrepeat linkreplace linkrerun linkreveal linkrevealgoto linkshow
    linkstorylet linkstyle linkto linkundo live loadgame log log10 log2 loop lowercase lowerfirst
    macro max metadata meter min mix mockturns mockvisits monthday more mouseout mouseoutappend
    mouseoutgoto mouseoutprepend mouseoutreplace mouseover mouseoverappend mouseovergoto
    mouseoverprepend mouseoverreplace move nonepass nth num number opacity openstorylets openurl out
    outdata output outputdata p pageurl palette partial pass passage passages pattern peither
    permutations pins pinsensitive plural pmany pnot pnotbefore popt poptional pow prepend
    prependwith print prompt put random range redirect reload repeated replace replaced replacewith
    rerun restart reversed rgb rgba rotated rotatedto round saved savedgames savegame scroll seed
    seqlink sequencelink set show shuffled sign simpledialog sin size somepass sorted source split
    splitted sqrt stop storylet str strfind string stringfind stringnth stringrepeated
    stringreplaced stringreversed stripes strnth strrepeated strreplaced strreversed subarray
    substring t8n t8narrive t8ndelay t8ndepart t8nskip t8ntime tan testfalse testtrue text textalign
    textcolor textcolour textindent textrotate textrotatex textrotatey textrotatez textsize
    textstyle transition transitionarrive transitiondelay transitiondepart transitionskip
    transitiontime trimmed trunc undo unique unless unpack uppercase upperfirst urgency v6m v6mprint
    v6msource verbatim verbatimprint verbatimsource verbose visited weekday words
    """.split()  # noqa: SIM905 - a list of words
)
# Many of their names are words of people too: what follows must be a value of Harlowe's, so that
# `(source: LM 98)` and `(sin: no papers)` stay.
_VALUE = re.compile(
    r"\)|[$?\"'(#]|_[a-z]|-?\.?\d[\w.]*\s*(?:[),+*/%<>=-]|(?:is|to|of|and|or)\b)"
    r"|(?:not|true|false|its?|each|via|where|when|making|visits?|turns?|time|exits|bind|2bind|any|all"
    r"|some|red|orange|yellow|lime|green|cyan|aqua|blue|navy|purple|magenta|fuchsia|white|black|gr[ae]y"
    r"|silver|brown|transparent)\b(?:\s*\)|[^()\n]*[$?\"'\d#])",
    re.IGNORECASE,
)
_SUGARCUBE = re.compile(r"<</?[a-z=-](?:[^<>]|<(?!<)|>(?!>))*>>", re.IGNORECASE)
_CHAPBOOK = re.compile(
    r"^\[(?:if|unless|else|cont|continued|after|append|note|align|JavaScript|CSS)"
    r"\b[^\]\n]*\]$",
    re.MULTILINE,
)
_SNOWMAN = re.compile(r"<%(?:[^%]|%(?!>))*%>")
_EMPTY_BRACES = re.compile(r"\{\s*+\}")
_VARIABLE = re.compile(r"(?<![\w$])\$[A-Za-z_]\w*")
_LINKS = (
    re.compile(
        r"\(link[-_]*(?:go[-_]*)?to:\s*(?P<q>[\"'])(?P<text>[^\"'\n]*)(?P=q)\s*"
        r"(?:,\s*(?P<r>[\"'])(?P<to>[^\"'\n]*)(?P=r)\s*)?\)",
        re.IGNORECASE,
    ),
    re.compile(
        r"<<(?:link|button)\s+(?P<q>[\"'])(?P<text>[^\"'\n]*)(?P=q)\s+"
        r"(?P<r>[\"'])(?P<to>[^\"'\n]*)(?P=r)\s*>>\s*<</(?:link|button)>>",
        re.IGNORECASE,
    ),
)


def as_links(text: str) -> str:
    """A passage in which code that only makes a link is written as a link."""
    for form in _LINKS:
        # With one value, the text is the passage that it leads to.
        text = form.sub(lambda found: f"[[{found['text']}->{found['to'] or found['text']}]]", text)
    return text


def without_comments(text: str) -> str:
    """A passage without what stands between `<!--` and `-->`."""
    kept, place = [], 0
    # Not a pattern, which would look for an end from each beginning that has none.
    while (start := text.find("<!--", place)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        kept.append(text[place:start])
        place = end + 3
    return "".join([*kept, text[place:]])


def has_code(text: str) -> bool:
    """Whether a passage holds code that a case cannot carry."""
    text = as_links(text)
    patterns = (_SUGARCUBE, _CHAPBOOK, _SNOWMAN, _VARIABLE)
    return any(each.search(text) for each in patterns) or any(True for _ in _macros(text))


def plain_words(text: str) -> str:
    """What a passage says when its code is gone: the words that code shows stay."""
    text = _SNOWMAN.sub("", _CHAPBOOK.sub("", _SUGARCUBE.sub("", text)))
    closing = _brackets(text)
    gone: set[int] = set()
    for start, end in _macros(text):
        gone.update(range(start, end))
        if end in closing:
            gone |= {end, closing[end]}
    words = "".join(sign for place, sign in enumerate(text) if place not in gone)
    # Harlowe's braces around code alone.
    return _EMPTY_BRACES.sub("", words) if gone else words


def _brackets(text: str) -> dict[int, int]:
    """The place of each square bracket that closes, by that of the one it closes."""
    opened: list[int] = []
    closing: dict[int, int] = {}
    for place, sign in enumerate(text):
        if sign == "[":
            opened.append(place)
        elif sign == "]" and opened:
            closing[opened.pop()] = place
    return closing


def _macros(text: str) -> Iterator[tuple[int, int]]:
    """Each Harlowe macro that closes, the outermost ones only."""
    place = 0
    while found := _HARLOWE.search(text, place):
        name = re.sub(r"[-_]", "", found["name"]).lower()
        if name not in _MACROS or not _VALUE.match(text, found.end()):
            place = found.end()
            continue
        end = _closed(text, found.start())
        if end is None:
            return
        yield found.start(), end
        place = end


def _closed(text: str, start: int) -> int | None:
    """The place after the bracket that closes the one at `start`, strings skipped."""
    depth, quote = 0, ""
    for place in range(start, len(text)):
        sign = text[place]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'" and not (sign == "'" and text[place - 1].isalnum()):
            quote = sign
        elif sign == "(":
            depth += 1
        elif sign == ")":
            depth -= 1
            if depth == 0:
                return place + 1
    return None
