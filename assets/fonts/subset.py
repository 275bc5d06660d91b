"""Makes WirebenchMono-Regular.otf and WirebenchSans-Regular.otf; run it through subset.sh.

WirebenchMono sits on a strict grid of cells, so that Latin text is exactly half as wide as hanzi and HEX columns
align: 1000 units for what Unicode calls wide, 500 for all else, except that symbols (arrows, mathematics, circled
numbers, geometric shapes) stay 1000 wide where they are drawn so: half of that would be illegible.

Noto Sans Mono CJK keeps such a grid for ASCII only: its Latin-1, Greek, Cyrillic and box drawing follow the
conventions of Chinese typesetting. These come from Noto Sans Mono, narrowed from 600 to 500. The control pictures,
which neither font has, are composed from capitals.

WirebenchSans holds the proportional Latin, Greek and Cyrillic of Noto Sans CJK SC. The hanzi of the two CJK faces are
the same outlines, so a window takes those from WirebenchMono as its fallback.
"""

import sys
import unicodedata
from pathlib import Path

import cffsubr
from fontTools import subset
from fontTools.fontBuilder import FontBuilder
from fontTools.misc.transform import Transform
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTCollection, TTFont

HALF, FULL = 500, 1000
ASCENT, DESCENT = 1160, -288
# Noto Sans Mono's box drawing spans this height; ours spans ascent to descent, so that the lines of rows join.
BOX_TOP, BOX_BOTTOM = 979, -246

# Written below U+0020 and for U+007F, as Unicode names the pictures U+2400..U+2421.
CONTROL_NAMES = (
    "NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI "
    "DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US SP DEL"
).split()
NEWLINE_PICTURE = 0x2424  # "NL"


def span(first, last):
    return set(range(first, last + 1))


def double_byte(codec, lead, trail):
    """The characters of a double-byte code page's rows."""
    found = set()
    for first in lead:
        for second in trail:
            text = bytes([first, second]).decode(codec, errors="ignore")
            if len(text) == 1 and ord(text) >= 0x80:
                found.add(ord(text))
    return found


GR = range(0xA1, 0xFF)
BIG5_TRAIL = [*range(0x40, 0x7F), *GR]

CODE_PAGES = (
    double_byte("gb2312", range(0xA1, 0xF8), GR)  # all of GB2312: 6763 hanzi and 682 symbols
    | double_byte("big5", range(0xA1, 0xC7), BIG5_TRAIL)  # symbols and the 5401 frequent hanzi
    | double_byte("euc_jp", range(0xA1, 0xD0), GR)  # symbols, kana and JIS level 1
    | double_byte("euc_kr", range(0xA1, 0xC9), GR)  # symbols and the 2350 precomposed hangul
)

# Zero-width and direction controls have no picture here on purpose: the program names them in words.
# Combining marks would need shaping that a grid of cells does not do.
INVISIBLE = span(0x302A, 0x302F) | span(0x3099, 0x309A) | span(0x200B, 0x200F) | span(0x2028, 0x202E) | span(0x2060, 0x206F) | {0xFEFF, 0x3164, 0xFFA0, 0xAD}

LETTERS = span(0xA0, 0x17F) | span(0x2C6, 0x2DD) | span(0x370, 0x3FF) | span(0x400, 0x45F) | span(0x1CD, 0x1DC) | {0x192, 0x251, 0x261, 0x490, 0x491}
PUNCTUATION = span(0x2000, 0x206F) | span(0x2070, 0x209F) | span(0x20A0, 0x20BF)
BOXES = span(0x2500, 0x259F)
ARROWS = span(0x2190, 0x21FF)
SYMBOLS = span(0x2100, 0x218F) | span(0x2200, 0x23FF) | span(0x2460, 0x24FF) | span(0x25A0, 0x26FF)
EAST_ASIAN = span(0x3000, 0x312F) | span(0x3200, 0x33FF) | span(0xFF00, 0xFFEF)

MONO = (CODE_PAGES | span(0x20, 0x7E) | LETTERS | PUNCTUATION | BOXES | ARROWS | SYMBOLS | EAST_ASIAN) - INVISIBLE
# Arrows on buttons: as wide as a hanzi there, half as wide in the log.
UI_ARROWS = span(0x2190, 0x2193)
SANS = (span(0x20, 0x7E) | LETTERS | PUNCTUATION | UI_ARROWS) - INVISIBLE


NOTICE = (
    "Copyright 2014-2021 Adobe (http://www.adobe.com/), with Reserved Font Name 'Source'. "
    "Copyright 2015 Google LLC. Noto is a trademark of Google LLC."
)


def naming(family):
    postscript = f"{family.replace(' ', '')}-Regular"
    return {
        "copyright": NOTICE,
        "familyName": family,
        "styleName": "Regular",
        "uniqueFontIdentifier": f"{postscript};1.000",
        "fullName": family,
        "version": "Version 1.000",
        "psName": postscript,
        "licenseDescription": "SIL Open Font License, Version 1.1",
        "licenseInfoURL": "https://openfontlicense.org",
    }


def write(font, path):
    # The same input gives the same file.
    font["head"].created = font["head"].modified = 0
    font.recalcTimestamp = False
    font.save(path)
    print(f"{path.name}: {len(font.getBestCmap())} characters, {path.stat().st_size} bytes")


def is_wide(code):
    return unicodedata.east_asian_width(chr(code)) in "WF"


class Source:
    def __init__(self, font):
        self.font, self.cmap, self.glyphs = font, font.getBestCmap(), font.getGlyphSet()

    def width(self, code):
        name = self.cmap.get(code)
        return None if name is None else self.font["hmtx"][name][0]

    def draw(self, code, pen, transform):
        outline = DecomposingRecordingPen(self.glyphs)
        self.glyphs[self.cmap[code]].draw(outline)
        outline.replay(TransformPen(pen, transform))

    def bounds(self, code):
        pen = BoundsPen(self.glyphs)
        self.glyphs[self.cmap[code]].draw(pen)
        return pen.bounds


class Target:
    def __init__(self):
        self.charstrings, self.widths, self.cmap = {}, {}, {}

    def add(self, name, code, width, *parts):
        """A glyph out of parts: (source, code point there, transform)."""
        # A charstring tells its width only where it differs from the Private dict's defaultWidthX.
        pen = T2CharStringPen(None if width == FULL else width, None)
        for source, part, transform in parts:
            source.draw(part, pen, transform)
        self.charstrings[name] = pen.getCharString()
        self.widths[name] = width
        if code is not None:
            self.cmap[code] = name

    def add_code(self, code, width, *parts):
        self.add(f"uni{code:04X}", code, width, *parts)

    def save(self, path, family, fixed_pitch):
        builder = FontBuilder(1000, isTTF=False)
        builder.setupGlyphOrder(list(self.charstrings))
        builder.setupCharacterMap(self.cmap)
        names = naming(family)
        info = {"FullName": family, "Notice": NOTICE}
        builder.setupCFF(names["psName"], info, self.charstrings, {"defaultWidthX": FULL})
        builder.setupHorizontalMetrics({name: (width, 0) for name, width in self.widths.items()})
        builder.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
        builder.setupNameTable(names, mac=False)
        builder.setupOS2(
            sTypoAscender=ASCENT,
            sTypoDescender=DESCENT,
            usWinAscent=ASCENT,
            usWinDescent=-DESCENT,
            sxHeight=543,
            sCapHeight=733,
            usWeightClass=400,
        )
        builder.setupPost(isFixedPitch=int(fixed_pitch), keepGlyphNames=False)
        cffsubr.subroutinize(builder.font, keep_glyph_names=False)
        write(builder.font, path)


def control_picture(cjk, target, code, label):
    """Small letters on a falling diagonal, in one half-width cell."""
    scale_x, scale_y = (0.50, 0.50) if len(label) == 2 else (0.44, 0.46)
    left, right, top, bottom = 25, HALF - 25, 920, -160  # the margins keep neighbours apart
    rise = 735 * scale_y
    step_x = (right - left - HALF * scale_x) / (len(label) - 1)
    step_y = (top - bottom - rise) / (len(label) - 1)
    target.add_code(
        code,
        HALF,
        *(
            (cjk, ord(letter), Transform(scale_x, 0, 0, scale_y, left + i * step_x, top - rise - i * step_y))
            for i, letter in enumerate(label)
        ),
    )


def mono(cjk, latin, path):
    target = Target()
    # Drawn for what no font has: an empty frame.
    target.add(".notdef", None, HALF, (latin, 0x25AF, Transform(0.8, 0, 0, 0.95, 10, 0)))
    for code in sorted(MONO):
        native, western = cjk.width(code), latin.width(code)
        if code in BOXES:
            stretch = (ASCENT - DESCENT) / (BOX_TOP - BOX_BOTTOM)
            place = Transform(HALF / western, 0, 0, stretch, 0, DESCENT - BOX_BOTTOM * stretch)
            target.add_code(code, HALF, (latin, code, place))
            continue
        prefer_latin = code in LETTERS | PUNCTUATION | ARROWS and western == 600
        source, width = (cjk, native) if native and not prefer_latin else (latin, western)
        if not width:
            continue
        cell = FULL if is_wide(code) or (code in SYMBOLS | ARROWS and width > 650) else HALF
        scale = min(1, cell / width)
        target.add_code(code, cell, (source, code, Transform(scale, 0, 0, 1, (cell - width * scale) / 2, 0)))
    for offset, label in enumerate(CONTROL_NAMES):
        control_picture(cjk, target, 0x2400 + offset, label)
    control_picture(cjk, target, NEWLINE_PICTURE, "NL")
    # The other pictures of the block: blank, open box, delete form two, substitute form two.
    target.add_code(0x2422, HALF, (cjk, ord("b"), Transform()), (cjk, ord("/"), Transform()))
    target.add_code(0x2423, HALF, (cjk, 0x2423, Transform()))
    target.add_code(0x2425, HALF, *((cjk, ord("/"), Transform(0.8, 0, 0, 0.8, x, 70)) for x in (0, 50, 100)))
    target.add_code(0x2426, HALF, (cjk, ord("?"), Transform(-1, 0, 0, 1, HALF, 0)))
    left, bottom, right, top = latin.bounds(0xFFFD)
    scale_x, scale_y = HALF / (right - left), 0.75
    middle = 340 - (bottom + top) / 2 * scale_y
    target.add_code(0xFFFD, HALF, (latin, 0xFFFD, Transform(scale_x, 0, 0, scale_y, -left * scale_x, middle)))

    missing = [f"U+{code:04X}" for code in sorted(CODE_PAGES - INVISIBLE) if code not in target.cmap]
    print(f"of the code pages, no source font has: {' '.join(missing) or 'none'}")
    target.save(path, "Wirebench Mono", True)


def sans(font, path):
    """The face itself, cut down: unlike the other font it keeps its kerning."""
    cmap, widths = font.getBestCmap(), font["hmtx"]
    # Full-width punctuation is left to the fallback, whose shapes suit Latin text.
    codes = {code for code in SANS if code in cmap and (widths[cmap[code]][0] != FULL or code in UI_ARROWS)}
    options = subset.Options()
    options.hinting = False
    options.layout_features = ["kern"]
    options.notdef_outline = True
    options.name_IDs = []
    options.drop_tables += ["BASE", "DSIG", "GDEF", "GSUB", "VORG", "vhea", "vmtx"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)
    names = FontBuilder(font=font)
    names.setupNameTable(naming("Wirebench Sans"), mac=False)
    top = font["CFF "].cff.topDictIndex[0]
    top.FullName = top.FamilyName = "Wirebench Sans"
    font["CFF "].cff.fontNames = ["WirebenchSans-Regular"]
    write(font, path)


def main():
    collection, latin, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    faces = {font["name"].getDebugName(4): font for font in TTCollection(collection).fonts}
    mono(Source(faces["Noto Sans Mono CJK SC"]), Source(TTFont(latin)), folder / "WirebenchMono-Regular.otf")
    sans(faces["Noto Sans CJK SC"], folder / "WirebenchSans-Regular.otf")


main()
