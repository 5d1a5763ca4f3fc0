"""Files for tests: sound ones of every type, made here, and ways to spoil them."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import xlsxwriter
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from fpdf import FPDF
from PIL import Image

from kernel.clock import utc_now


class Upload(BytesIO):
    """What Django hands over: bytes with a size."""

    def __init__(self, content: bytes, size: int | None = None) -> None:
        super().__init__(content)
        self.size = len(content) if size is None else size


_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.'
    'openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)


def pdf(text: str = "Extract from the register") -> bytes:
    """A page of PDF."""
    made = FPDF()
    made.add_page()
    made.set_font("helvetica", size=16)
    made.cell(text=text)
    return bytes(made.output())


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), colour: str = "teal") -> bytes:
    """A picture of one colour."""
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


def archive(parts: dict[str, bytes | str], *, stored: tuple[str, ...] = ()) -> bytes:
    """A ZIP archive."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content, ZIP_STORED if name in stored else ZIP_DEFLATED)
    return out.getvalue()


def docx(extra: dict[str, bytes | str] | None = None) -> bytes:
    """The least a word processor's document consists of, and further parts."""
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": "<Relationships/>",
        "word/document.xml": "<w:document>" + "Articles of association. " * 40 + "</w:document>",
    }
    return archive({**parts, **(extra or {})})


def xlsx() -> bytes:
    """A workbook of one cell."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet().write(0, 0, "Owners")
    return out.getvalue()


def asice(content: bytes | None = None) -> bytes:
    """A signed container in form; its signature is not looked at."""
    return archive(
        {
            "mimetype": "application/vnd.etsi.asic-e+zip",
            "contract.pdf": content or pdf(),
            "META-INF/signatures0.xml": "<asic:XAdESSignatures/>",
        },
        stored=("mimetype",),
    )


def p7s() -> bytes:
    """A detached signature by a key of its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Signer")])
    now = utc_now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now.replace(year=now.year + 1))
        .sign(key, hashes.SHA256())
    )
    return (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(b"contract")
        .add_signer(certificate, key, hashes.SHA256())
        .sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.DetachedSignature])
    )


def with_chunk(png: bytes, kind: bytes, body: bytes) -> bytes:
    """A PNG with one more valid chunk before its end."""
    chunk = struct.pack(">I", len(body)) + kind + body
    chunk += struct.pack(">I", zlib.crc32(kind + body))
    return png[:-12] + chunk + png[-12:]
