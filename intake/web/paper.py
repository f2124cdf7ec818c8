"""Sheets of paper: headings, paragraphs and tables as PDF, in Latin and Arabic letters, from either side.

Both fonts lie beside the style sheet, whole and unchanged, with their licence (`static/office/letters`). A sheet is
made in memory and handed over as bytes; nothing is written to disk. Whoever needs one imports this module then: the
library takes long to load, and starting the office must not.
"""

from collections.abc import Sequence
from datetime import datetime

from fpdf import FPDF, FontFace
from fpdf.enums import Align, TableCellFillMode, XPos, YPos

from intake import words
from intake.files import asset

FONT = "DejaVu"
MARGIN = 22
QUIET = (71, 85, 95)
LINE = (181, 193, 199)
# How the shaping engine calls the script and language of right-to-left text here (ISO 15924, OpenType).
SHAPED = {"ar": ("arab", "ara")}


class Paper(FPDF):
    """A4 sheets in one language. `mark` stands at the foot of each, beside the number of the sheet."""

    def __init__(self, language: str, *, mark: str, made: datetime) -> None:
        super().__init__(format="A4")
        self.rtl = words.languages()[language].dir == "rtl"
        self.mark = mark
        for style, name in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
            self.add_font(FONT, style, str(asset(f"static/office/letters/{name}")))
        script, tongue = SHAPED.get(language, ("latn", "dflt"))
        direction = "rtl" if self.rtl else "ltr"
        self.set_text_shaping(True, direction=direction, script=script, language=tongue)
        self.set_lang(language)
        self.set_creation_date(made)
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(True, margin=MARGIN + 6)
        self.add_page()

    @property
    def start(self) -> Align:
        """Where a line begins."""
        return Align.R if self.rtl else Align.L

    @property
    def end(self) -> Align:
        return Align.L if self.rtl else Align.R

    def footer(self) -> None:
        self.set_y(-MARGIN)
        self.set_font(FONT, size=8)
        self.set_text_color(*QUIET)
        self.multi_cell(0, 4, self.mark, align=self.start, new_x=XPos.LMARGIN, new_y=YPos.TOP)
        self.cell(0, 4, str(self.page_no()), align=self.end)
        self.set_text_color(0)

    def heading(self, text: str, size: int = 14, *, room: float = 20) -> None:
        """`room` is how many millimetres must be left below it on its sheet."""
        self._keep_together(room)
        self.set_font(FONT, "B", size)
        self._lines(text, size * 0.5)
        self.ln(2)

    def paragraph(self, text: str, *, quiet: bool = False, end: bool = False, size: int = 10) -> None:
        self.set_font(FONT, size=size)
        if quiet:
            self.set_text_color(*QUIET)
        self._lines(text, size * 0.56, self.end if end else self.start)
        self.set_text_color(0)
        self.ln(2.5)

    def rows(self, head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
        """A table whose head is repeated on each sheet; its first column stands where lines begin."""
        turned = [list(reversed(row)) if self.rtl else list(row) for row in (head, *rows)]
        self.set_font(FONT, size=8)
        self.set_draw_color(*LINE)
        with self.table(
            turned,
            col_widths=tuple(reversed(widths)) if self.rtl else tuple(widths),
            text_align=self.start,
            line_height=5,
            padding=1.2,
            borders_layout="HORIZONTAL_LINES",
            cell_fill_mode=TableCellFillMode.NONE,
            headings_style=FontFace(emphasis="BOLD"),
        ):
            pass
        self.ln(4)

    def bytes(self) -> bytes:
        """The whole file."""
        return bytes(self.output())

    def _lines(self, text: str, height: float, align: Align | None = None) -> None:
        self.multi_cell(0, height, text, align=align or self.start, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _keep_together(self, room: float) -> None:
        """A heading never stands alone at the foot of a sheet."""
        if self.get_y() + room > self.page_break_trigger:
            self.add_page()
