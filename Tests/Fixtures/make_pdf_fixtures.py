"""Makes the encrypted PDF files in `pdf`, by qpdf. Needs pikepdf.

    python3 make_pdf_fixtures.py
"""

import pathlib

import pikepdf

FOLDER = pathlib.Path(__file__).parent / "pdf"
TEXT = "A dog runs in the snow."
KINDS = {
    "rc4-40": dict(R=2),
    "rc4-128": dict(R=3),
    "rc4-filter": dict(R=4, aes=False, metadata=False),
    "aes-128": dict(R=4),
    "aes-128-metadata": dict(R=4, metadata=False),
    "aes-256-first": dict(R=5),
    "aes-256": dict(R=6),
}


def document():
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(300, 100))
    page.Resources = pikepdf.Dictionary(
        Font=pikepdf.Dictionary(
            F=pdf.make_indirect(
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
                )
            )
        )
    )
    page.Contents = pdf.make_stream(f"BT /F 12 Tf 10 50 Td ({TEXT}) Tj ET".encode())
    return pdf


FOLDER.mkdir(exist_ok=True)
for name, kind in KINDS.items():
    kind = {"aes": kind["R"] >= 4, "metadata": kind["R"] >= 4, **kind}
    objects = pikepdf.ObjectStreamMode.generate if kind["R"] == 6 else pikepdf.ObjectStreamMode.disable
    for password in ["", "secret"] if kind["R"] in (3, 6) else [""]:
        document().save(
            FOLDER / f"{name}{'-password' if password else ''}.pdf",
            encryption=pikepdf.Encryption(user=password, owner="owner", **kind),
            object_stream_mode=objects,
            static_id=True,
        )
