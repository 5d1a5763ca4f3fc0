"""Why a file is not taken. Each reason has a code of its own."""

from __future__ import annotations

from kernel.errors import FairfallError, Kind


class FileRefused(FairfallError):
    """Base of the reasons for which a file is not taken; ``field`` is ``file`` unless told."""

    def __init__(self, *, field: str | None = "file", **data: object) -> None:
        super().__init__(field=field, **data)


class FileMissing(FileRefused):
    """No file came with the request."""

    code = "files.missing"
    text = "Choose a file."


class FileEmpty(FileRefused):
    """The file has no bytes."""

    code = "files.empty"
    text = "The file is empty (0 bytes)."


class FileTooLarge(FileRefused):
    """The file is larger than the operator allows."""

    code = "files.too_large"
    text = "The file is larger than {limit_mb} MB."


class FileNameUnsafe(FileRefused):
    """The name holds a path, control characters, or marks that change the direction of writing."""

    code = "files.name_unsafe"
    text = "The file's name holds a path or invisible characters. Rename it."


class FileNameTooLong(FileRefused):
    """The name does not fit."""

    code = "files.name_too_long"
    text = "The file's name has more than {limit} characters. Rename it."


class FileDoubleExtension(FileRefused):
    """The name pretends to be two types at once, as in ``extract.exe.pdf``."""

    code = "files.double_extension"
    text = "The file's name has two extensions (.{first}.{second}). Rename it."


class FileTypeNotAllowed(FileRefused):
    """The content is of no type that is taken here, whatever the name says."""

    code = "files.type_not_allowed"
    text = "This is no file we can take (content: {found}). Allowed: {allowed}."


class FileExtensionMismatch(FileRefused):
    """Name and content disagree."""

    code = "files.extension_mismatch"
    text = "The name ends with .{extension}, but the content is {found}."


class FileAmbiguous(FileRefused):
    """The bytes can be read as two types (a polyglot)."""

    code = "files.ambiguous"
    text = "The file can be read as {found} and as {also}. Save it anew from its program."


class FileDamaged(FileRefused):
    """The content begins as its type does and does not hold together."""

    code = "files.damaged"
    text = "The file is damaged or cut off and cannot be read as {found}."


class FileExpands(FileRefused):
    """Unpacked, the file would be far larger than it is (a bomb)."""

    code = "files.expands"
    text = "Unpacked, the file would be too large."


class FileInnerPath(FileRefused):
    """A part of the archive has a name that leads out of it, or a name that stands twice."""

    code = "files.inner_path"
    text = "A part of the file has a name that is not allowed ({name})."


class FileEncrypted(FileRefused):
    """The file is protected by a password."""

    code = "files.encrypted"
    text = "The file is protected by a password. Save it without one."


class FileMacro(FileRefused):
    """An office document that holds a program."""

    code = "files.macro"
    text = "The document holds macros. Save it without them, or as PDF."


class FileActiveContent(FileRefused):
    """The document embeds other programs' objects or loads parts from elsewhere."""

    code = "files.active_content"
    text = "The document holds active or linked content ({name}). Save it as PDF."


class BodyTooLarge(FairfallError):
    """The request is larger than any this site takes; it was not read to its end."""

    code = "request.too_large"
    kind = Kind.TOO_LARGE
    text = "The request is larger than {limit_mb} MB."
