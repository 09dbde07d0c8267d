"""Keys of place lookups: points, circles and polygons in CGCS2000, refused where they cannot be meant."""

from collections.abc import Mapping
from typing import cast

import orjson

import errors
from catalogue.model import LookupKind
from resolvers.plan.plan import ValueOf, Variables
from standards.coordinates import parse_point, parse_polygon, to_geojson
from standards.faults import StandardFault

RADIUS_LIMIT_METRES = 5_000.0


def place_key(kind: LookupKind, values: Mapping[str, ValueOf]) -> ValueOf:
    """The key that a place lookup's arguments make (VARIABLE_INVALID where they are no place)."""

    def point(variables: Variables) -> tuple[float, float]:
        latitude = cast("float", values["latitude"](variables))
        longitude = cast("float", values["longitude"](variables))
        try:
            parse_point(latitude, longitude)
        except StandardFault as fault:
            raise _invalid(fault) from None
        return latitude, longitude

    def circle(variables: Variables) -> tuple[float, float, float]:
        radius = cast("float", values["radiusMetres"](variables))
        if not 0 < radius <= RADIUS_LIMIT_METRES:
            raise errors.GatewayError(
                errors.VARIABLE_INVALID,
                f"`radiusMetres` is {radius}; it must lie in 0..{RADIUS_LIMIT_METRES:.0f}",
                "ask for a smaller circle",
            )
        return (*point(variables), radius)

    def polygon(variables: Variables) -> str:
        value = values["polygon"](variables)
        try:
            # made anew: other members of the object, however many or deep, are not the source's business
            return orjson.dumps(to_geojson(parse_polygon(cast("dict[str, object]", value)))).decode()
        except StandardFault as fault:
            raise _invalid(fault) from None

    match kind:
        case LookupKind.AT_POINT:
            return point
        case LookupKind.NEAR:
            return circle
        case LookupKind.WITHIN:
            return polygon
        case LookupKind.EQUALS:
            raise AssertionError("an equality lookup is keyed by its argument")


def _invalid(fault: StandardFault) -> errors.GatewayError:
    return errors.GatewayError(errors.VARIABLE_INVALID, fault.message, fault.hint, extensions=fault.facts())
