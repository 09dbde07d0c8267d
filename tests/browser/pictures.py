"""Pictures of a page beside a reference: reduced to grey blocks; a font's pixel is nothing, a missing line is seen.

References are kept reduced, some kilobytes each; `--rewrite-goldens` takes them anew.
"""

import base64
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page

REFERENCES = Path(__file__).parent / "references"
WIDTH = 320
"""Of a reduced picture, in pixels."""
BLOCK = 8
"""A block of the reduced picture: about a word in the page."""
NOTICED = 14.0
"""Of 255: by how much a block's mean brightness must differ to be seen."""
MOST_CHANGED = 0.03
"""The share of blocks that may differ: below what one line more or less changes."""

# Decoding PNG is left to the browser that made it.
REDUCE = """async ([source, width]) => {
  const image = new Image();
  image.src = source;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = Math.round((image.height * width) / image.width);
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.filter = 'grayscale(1)';
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/png').split(',')[1];
}"""
CHANGED = """async ([sources, block, noticed]) => {
  const read = async (source) => {
    const image = new Image();
    image.src = source;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.width, image.height];
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, image.width, image.height);
  };
  const [one, other] = await Promise.all(sources.map(read));
  if (one.width !== other.width || one.height !== other.height) return 1;
  let blocks = 0, changed = 0;
  for (let top = 0; top < one.height; top += block) {
    for (let left = 0; left < one.width; left += block) {
      let difference = 0, pixels = 0;
      for (let y = top; y < Math.min(top + block, one.height); y += 1) {
        for (let x = left; x < Math.min(left + block, one.width); x += 1) {
          difference += one.data[4 * (y * one.width + x)] - other.data[4 * (y * one.width + x)];
          pixels += 1;
        }
      }
      blocks += 1;
      if (Math.abs(difference) / pixels > noticed) changed += 1;
    }
  }
  return changed / blocks;
}"""


@dataclass(frozen=True, slots=True)
class Pictures:
    """Takes and compares pictures; `desk` is a page of its own to decode them in."""

    desk: Page
    rewrite: bool

    def take(self, page: Page, hidden: list[Locator]) -> bytes:
        """The page as it stands, reduced; what changes from run to run (times, receipts) is covered."""
        whole = page.screenshot(animations="disabled", caret="hide", mask=hidden, mask_color="#888888")
        return base64.b64decode(self.desk.evaluate(REDUCE, [_address(whole), WIDTH]))

    def changed(self, one: bytes, other: bytes) -> float:
        """The share of blocks that differ, 0 to 1; 1 for pictures of different sizes."""
        share: float = self.desk.evaluate(CHANGED, [[_address(one), _address(other)], BLOCK, NOTICED])
        return share

    def compare(self, page: Page, name: str, hidden: list[Locator]) -> None:
        """Fails where the page looks otherwise than its reference of this name."""
        taken, kept = self.take(page, hidden), REFERENCES / f"{name}.png"
        if self.rewrite:
            REFERENCES.mkdir(exist_ok=True)
            kept.write_bytes(taken)
        share = self.changed(taken, kept.read_bytes())
        if share > MOST_CHANGED:
            seen = REFERENCES.with_name("screenshots") / f"{name}-seen.png"
            seen.parent.mkdir(exist_ok=True)
            seen.write_bytes(taken)
        assert share <= MOST_CHANGED, f"{share:.1%} of {name} looks otherwise than tests/browser/references/{name}.png"


def _address(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"
