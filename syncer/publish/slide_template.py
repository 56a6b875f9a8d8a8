"""An organisation's own slides, in any of PowerPoint's formats, as a .pptx for ours."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from connectors.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

_TYPES = "[Content_Types].xml"
_MAIN = b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
# What a template (.potx), a show (.ppsx) and those with macros call their main part
# (ECMA-376, part 1, 13.3.6; [MS-OFFMACRO2], 2.2): the same part, but for the name.
_OTHERS = re.compile(
    rb"application/vnd\.(?:openxmlformats-officedocument\.presentationml\.(?:template|slideshow)"
    rb"|ms-powerpoint\.(?:presentation|template|slideshow)\.macroEnabled)\.main\+xml"
)
_MACRO_FILES = re.compile(r"(?i)(?:^|/)vba(?:Project|ProjectSignature|Data)[^/]*$")
_MACRO_TYPES = re.compile(rb"(?i)<(?:Override|Default)\b[^>]*(?:vbaProject|vbaData)[^>]*/>")
_MACRO_LINKS = re.compile(rb"(?i)<Relationship\b[^>]*(?:vbaProject|wordVbaData|vbaData)[^>]*/>")


def opened_template(path: Path, name: str) -> BytesIO:
    """Give a template as a .pptx; raises `ConfigurationError` that says what it is instead."""
    from pptx import Presentation  # noqa: PLC0415 - only a template needs it
    from pptx.exc import PackageNotFoundError  # noqa: PLC0415 - as above

    try:
        with ZipFile(path) as package:
            copy = _as_pptx(package)
        Presentation(copy)
    except OSError as error:
        why = error.strerror or "it can't be read"
        raise ConfigurationError(
            f"--template {name}: there is no such .pptx file ({why})"
        ) from error
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, SyntaxError) as error:
        message = f"--template {name}: isn't a .pptx, .potx, .pptm, .potm or .ppsx file"
        hint = "there is no such .pptx file to be made of it; save it in PowerPoint as .pptx"
        raise ConfigurationError(f"{message}: {hint}") from error
    copy.seek(0)
    return copy


def _as_pptx(package: ZipFile) -> BytesIO:
    """Copy a package under the type of a .pptx, without macros: PowerPoint opens none with them."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as copy:
        for item in package.infolist():
            if _MACRO_FILES.search(item.filename.removesuffix(".rels")):
                continue
            content = package.read(item)
            if item.filename == _TYPES:
                content = _MACRO_TYPES.sub(b"", _OTHERS.sub(_MAIN, content))
            elif item.filename.endswith(".rels"):
                content = _MACRO_LINKS.sub(b"", content)
            copy.writestr(item.filename, content)
    out.seek(0)
    return out
