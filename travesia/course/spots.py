"""The kind of question that is answered on a picture: a country or state, a month, a link."""

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from travesia.course.document import ContentModel
from travesia.course.question_parts import BaseQuestion, Identifier, Named, Tell, Text, offered
from travesia.language import Translate

COUNTRIES = frozenset({
    "bhs", "blz", "bol", "bra", "can", "col", "cri", "cub", "dom", "ecu", "gtm", "guy", "hnd",
    "hti", "jam", "mex", "nic", "pan", "per", "pri", "slv", "sur", "tto", "usa", "ven",
})  # fmt: skip
"""The countries that the map has, by ISO 3166-1 alpha-3 code in small letters."""

STATES = {
    "mx-agu": "Aguascalientes", "mx-bcn": "Baja California", "mx-bcs": "Baja California Sur",
    "mx-cam": "Campeche", "mx-chh": "Chihuahua", "mx-chp": "Chiapas", "mx-cmx": "Mexico City",
    "mx-coa": "Coahuila", "mx-col": "Colima", "mx-dur": "Durango", "mx-gro": "Guerrero",
    "mx-gua": "Guanajuato", "mx-hid": "Hidalgo", "mx-jal": "Jalisco", "mx-mex": "State of Mexico",
    "mx-mic": "Michoacán", "mx-mor": "Morelos", "mx-nay": "Nayarit", "mx-nle": "Nuevo León",
    "mx-oax": "Oaxaca", "mx-pue": "Puebla", "mx-que": "Querétaro", "mx-roo": "Quintana Roo",
    "mx-sin": "Sinaloa", "mx-slp": "San Luis Potosí", "mx-son": "Sonora", "mx-tab": "Tabasco",
    "mx-tam": "Tamaulipas", "mx-tla": "Tlaxcala", "mx-ver": "Veracruz", "mx-yuc": "Yucatán",
    "mx-zac": "Zacatecas",
}  # fmt: skip
"""The states of Mexico that the map has, by ISO 3166-2 code in small letters, with their names."""

_IN_EVERY_LANGUAGE = STATES.keys() - {"mx-cmx", "mx-mex"}


def _on_the_map(code: str) -> str:
    if code not in COUNTRIES:
        raise ValueError(
            f"{code} is no country of the map: use one of {', '.join(sorted(COUNTRIES))}."
        )
    return code


def _pickable(code: str) -> str:
    if code.startswith("mx-") and code not in STATES:
        raise ValueError(f"{code} is no state of Mexico: use one of {', '.join(STATES)}.")
    return code if code in STATES else _on_the_map(code)


Country = Annotated[str, AfterValidator(_on_the_map)]
"""A country of the map by its code."""


class MapArea(Named):
    """A country or a state of Mexico, its id being its code: nothing finer can be picked.

    A state has its own name, so that no town stands in its place; a country's is written.
    """

    id: Annotated[str, AfterValidator(_pickable)]

    @model_validator(mode="before")
    @classmethod
    def _a_state_has_its_name(cls, given: Any) -> Any:
        code = str(given.get("id")) if isinstance(given, dict) else ""
        if code not in STATES:
            return given
        text = given.get("text", STATES[code])
        if code in _IN_EVERY_LANGUAGE and text != STATES[code]:
            raise ValueError(f"{code} is {STATES[code]}: leave its text out.")
        return given | {"text": text}

    def localised(self, tell: Tell, place: str) -> Named:
        """The area in another language; most states have one name in all of them."""
        return self if self.id in _IN_EVERY_LANGUAGE else super().localised(tell, place)


class BarArea(Named):
    """A bar of the chart: a month or a year, and how much it counts."""

    value: Annotated[float, Field(ge=0)]


class LinkArea(Named):
    """A link of the flow between two countries, and how much it counts."""

    origin: Country
    destination: Country
    value: Annotated[float, Field(ge=0)]


class MapPicture(ContentModel):
    """The countries of the Americas or the states of Mexico, of which those named can be picked."""

    kind: Literal["map"]
    alt: Text
    areas: Annotated[tuple[MapArea, ...], Field(min_length=2, max_length=32)]

    @model_validator(mode="after")
    def _areas_are_of_one_kind(self) -> Self:
        if len({area.id in STATES for area in self.areas}) > 1:
            raise ValueError("areas has countries and states, which lie upon each other: keep one.")
        return self


class BarsPicture(ContentModel):
    """A bar chart; its unit says what is counted."""

    kind: Literal["bars"]
    alt: Text
    unit: Text
    areas: Annotated[tuple[BarArea, ...], Field(min_length=2, max_length=24)]


class LinksPicture(ContentModel):
    """Links between countries as wide as what they count; never an arrow."""

    kind: Literal["links"]
    alt: Text
    unit: Text
    areas: Annotated[tuple[LinkArea, ...], Field(min_length=2, max_length=12)]


Picture = Annotated[MapPicture | BarsPicture | LinksPicture, Field(discriminator="kind")]


class SpotQuestion(BaseQuestion):
    """A question that is answered by picking an area of a picture, or the same from a list.

    Its answer is the area's id.
    """

    key_side: ClassVar[frozenset[str]] = BaseQuestion.key_side | {"correct"}

    kind: Literal["spot"]
    picture: Picture
    correct: Annotated[tuple[Identifier, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _correct_is_in_the_picture(self) -> Self:
        ids = offered(self.picture.areas)
        unknown = [each for each in self.correct if each not in ids]
        if unknown:
            raise ValueError(
                f"correct names {unknown[0]}, which is no area: use one of {', '.join(ids)}."
            )
        return self

    @property
    def answer(self) -> str:
        """The right area, the first where several are."""
        return self.correct[0]

    def texts(self, tell: Tell) -> dict[str, Any]:
        """The picture's words in another language."""
        areas = tuple(each.localised(tell, f"area/{each.id}") for each in self.picture.areas)
        changed: dict[str, Any] = {"alt": tell("picture/alt", self.picture.alt), "areas": areas}
        if not isinstance(self.picture, MapPicture):
            changed["unit"] = tell("picture/unit", self.picture.unit)
        return {"picture": self.picture.model_copy(update=changed)}

    def share(self, value: Any) -> float:
        """All for a right area, nothing for another."""
        return float(value in self.correct)

    def told(self, value: Any, translate: Translate) -> list[str]:  # noqa: ARG002 - as every kind
        """The name of the area."""
        return [each.text for each in self.picture.areas if each.id == value]

    def comments(self, value: Any) -> list[str]:  # noqa: ARG002 - the signature of every kind
        """Nothing: no area has words of its own."""
        return []
