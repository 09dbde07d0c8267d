"""A value as a person reads it: a code by its name, yes and no in words."""

from collections.abc import Mapping

from catalogue.model import Coordinate
from standards import codes
from standards.codes import SEX, SEX_NAMES

_BOOLEAN = {True: "是", False: "否"}
_OF_TYPE: Mapping[str, Mapping[str, str]] = {
    "Sex": {name: SEX_NAMES[code] for code, name in SEX.items()},
    "VitalStatus": codes.VITAL_STATUS_NAMES,
}
_OF_ITEM: Mapping[str, Mapping[str, str]] = {
    "Person.ethnicGroup": codes.ETHNIC_GROUPS,
    "Person.relationToHead": codes.RELATION_TO_HEAD,
    "Person.education": codes.EDUCATION,
    "MarriageRecord.status": codes.MARITAL_STATUS,
    "LegalEntity.entityType": codes.ENTITY_TYPES,
    "LegalEntity.status": codes.ENTITY_STATUS,
    "Licence.status": codes.LICENCE_STATUS,
}


def display(coordinate: Coordinate, type_name: str, value: object) -> str | None:
    """In Chinese; None where the value speaks for itself."""
    if isinstance(value, bool):
        return _BOOLEAN[value]
    names = _OF_TYPE.get(type_name) or _OF_ITEM.get(str(coordinate))
    return None if names is None or not isinstance(value, str) else names.get(value)
