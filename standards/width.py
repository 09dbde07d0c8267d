"""Full-width and half-width characters: the one table that input normalisation and matching share."""

FULL_WIDTH = "".join(chr(point) for point in range(0xFF01, 0xFF5F))
HALF_WIDTH = "".join(chr(point) for point in range(0x21, 0x7F))
BLANKS = " \t\r\n\u00a0\u3000\u200b\ufeff"

_TO_HALF = str.maketrans(FULL_WIDTH, HALF_WIDTH)


def to_half_width(text: str) -> str:
    """The text with full-width forms U+FF01–FF5E replaced by ASCII and surrounding blanks removed."""
    return text.strip(BLANKS).translate(_TO_HALF)
