"""What is asked: one lookup, and one request for a hundred persons with ten certificates each."""

ITEMS = "idNumber name sex ethnicGroup birthDate birthplace vitalStatus"
LICENCE = "identifier typeName number validUntil status"
LICENCE_IN_FULL = "identifier typeCode typeName number holderCode holderName issuer issuedOn validUntil status"

LOOKUP = f"""query Lookup($id: %s!) {{
  person(idNumber: $id) {{
    {ITEMS}
    licences(first: 3) {{ {LICENCE} }}
    credit {{ code name subjectKind }}
  }}
}}"""

HUNDRED = f"""query Hundred($ids: [%s!]!) {{
  persons(idNumbers: $ids) {{
    idNumber name
    licences(first: 10) {{ {LICENCE_IN_FULL} }}
  }}
}}"""

PRODUCT_KEY = "IdentityNumber"
STRAWBERRY_KEY = "String"
