"""An organisation's own slides in PowerPoint's other formats: what is made of them is a .pptx."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest
from pptx import Presentation

from connectors.errors import ConfigurationError
from syncer.publish.slide_template import opened_template

PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
OTHERS = {
    "potx": "application/vnd.openxmlformats-officedocument.presentationml.template.main+xml",
    "ppsx": "application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml",
    "pptm": "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
    "potm": "application/vnd.ms-powerpoint.template.macroEnabled.main+xml",
}
MACRO = (
    '<Override PartName="/ppt/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/>'
)
LINK = (
    '<Relationship Id="rId99" Target="vbaProject.bin"'
    ' Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject"/>'
)


def saved_as(path, kind):
    """Save slides as PowerPoint does in a format; with macros where it has them."""
    plain, macros = BytesIO(), kind.endswith("m")
    Presentation().save(plain)
    with ZipFile(plain) as source, ZipFile(path, "w") as copy:
        for name in source.namelist():
            text = source.read(name)
            if name == "[Content_Types].xml":
                types = text.decode().replace(PPTX, OTHERS[kind])
                text = types.replace("</Types>", (MACRO if macros else "") + "</Types>").encode()
            if name == "ppt/_rels/presentation.xml.rels" and macros:
                text = text.replace(b"</Relationships>", LINK.encode() + b"</Relationships>")
            copy.writestr(name, text)
        if macros:
            copy.writestr("ppt/vbaProject.bin", b"macros")
    return path


@pytest.mark.parametrize("kind", OTHERS)
def test_a_template_of_any_format_makes_a_pptx(tmp_path, kind):
    """Its main part is a .pptx's, and no macro is left, nor a mention of one."""
    opened = opened_template(saved_as(tmp_path / f"our.{kind}", kind), f"our.{kind}")
    assert len(Presentation(opened).slide_layouts) > 0
    with ZipFile(opened) as package:
        assert PPTX in package.read("[Content_Types].xml").decode()
        texts = [package.read(name) for name in package.namelist()]
        assert not any("vba" in name for name in package.namelist())
    assert not any(b"vbaProject" in text for text in texts)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_powerpoint_file_is_named(tmp_path, content):
    """With the formats that there are."""
    path = tmp_path / "our.potx"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"our\.potx: isn't a \.pptx, \.potx"):
        opened_template(path, "our.potx")
