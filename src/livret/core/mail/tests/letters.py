"""Mails as programs write them."""

from __future__ import annotations

from email.message import EmailMessage

ALICE, SUPPORT = "alice@atelier.example", "support@publisher.example"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + b"\x00" * 64
QUOTED_HTML = (
    "<div>Bonjour,</div><div>Toujours la même erreur.</div><div class='gmail_quote'><div dir='ltr'>"
    "Le lun. 2 nov. 2026 à 15:04, Support &lt;<a href='mailto:support@publisher.example'>support@publisher.example</a>"
    "&gt; a écrit&nbsp;:<br></div><blockquote><div>Quelle version ?</div></blockquote></div>"
)


def letter(
    text: str | None = "Bonjour, toujours la même erreur.",
    *,
    html: str | None = None,
    sender: str = f"Alice Garrigue <{ALICE}>",
    to: str = SUPPORT,
    subject: str = "Re: Demande D-2026-000001",
    message_id: str = "<1@atelier.example>",
    files: tuple[tuple[str, bytes], ...] = (),
    **headers: str,
) -> bytes:
    """Return the bytes of a mail. headers: by name, with _ for each hyphen."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    if message_id:
        mail["Message-ID"] = message_id
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    if text is not None:
        mail.set_content(text)
    if html is not None:
        (mail.add_alternative if text is not None else mail.set_content)(html, subtype="html")
    for name, content in files:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()
