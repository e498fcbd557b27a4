"""The names of dimensions and critical failures for people, as source strings of the catalogue."""

from collections.abc import Mapping

from travesia.scenarios.parts import Critical, Dimension

N_ = str  # marks a string for the catalogue; it is translated where it is shown

DIMENSION_TITLES: Mapping[Dimension, str] = {
    Dimension.SAFETY: N_("Safety and do no harm"),
    Dimension.LEGAL: N_("Legal correctness"),
    Dimension.REFERRAL: N_("Referral"),
    Dimension.CONSENT: N_("Consent and participation"),
}

CRITICAL_TITLES: Mapping[Critical, str] = {
    Critical.REFOULEMENT: N_("Returning someone to danger"),
    Critical.DETAINING_CHILD: N_("Detaining a child"),
    Critical.SEPARATING_FAMILY: N_("Separating a family"),
    Critical.CONSULATE_TOLD: N_("Telling a consulate about someone who may need protection"),
    Critical.INTERVIEWING_BEFORE_SUSPECT: N_("Interviewing in front of a suspected trafficker"),
    Critical.PROMISING_OUTCOME: N_("Promising an outcome"),
}

CRITICAL_RULES: Mapping[Critical, str] = {
    Critical.REFOULEMENT: N_(
        "Nobody is returned to a place where their life, safety or liberty is at risk."
    ),
    Critical.DETAINING_CHILD: N_("No child is detained for their migration status."),
    Critical.SEPARATING_FAMILY: N_(
        "A family stays together unless the competent authority decides otherwise for the child."
    ),
    Critical.CONSULATE_TOLD: N_(
        "No consulate is told about someone who seeks or may need protection."
    ),
    Critical.INTERVIEWING_BEFORE_SUSPECT: N_(
        "Nobody is interviewed in front of the person who may be harming them."
    ),
    Critical.PROMISING_OUTCOME: N_(
        "No outcome is promised, not even one that the law itself announces."
    ),
}

DEBRIEF_QUESTION = N_("What would make you do the other thing on a bad day?")
