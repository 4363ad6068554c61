import gettext
import os

from livret.core import catalogues

PO = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Yes"\nmsgstr "Oui"\n'


def write_catalogue(package):
    folder = package / "room/locale/fr/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(PO)
    return folder


def test_a_catalogue_is_compiled_and_read_by_gettext(monkeypatch, tmp_path):
    monkeypatch.setattr(catalogues, "PACKAGE", tmp_path)
    folder = write_catalogue(tmp_path)

    written = catalogues.compile_catalogues()

    with (folder / "django.mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("Yes") == "Oui"
    assert written == 1
    assert sorted(file.name for file in folder.iterdir()) == ["django.mo", "django.po"]


def test_a_catalogue_that_did_not_change_is_left(monkeypatch, tmp_path):
    monkeypatch.setattr(catalogues, "PACKAGE", tmp_path)
    folder = write_catalogue(tmp_path)
    catalogues.compile_catalogues()
    unchanged = catalogues.compile_catalogues()
    later = (folder / "django.mo").stat().st_mtime_ns + 1
    os.utime(folder / "django.po", ns=(later, later))

    assert (unchanged, catalogues.compile_catalogues()) == (0, 1)


def test_processes_that_start_together_write_the_same_catalogue(monkeypatch, tmp_path):
    monkeypatch.setattr(catalogues, "PACKAGE", tmp_path)
    folder = write_catalogue(tmp_path)
    write = catalogues.write_mo

    def write_while_another_process_starts(stream, catalogue):
        monkeypatch.setattr(catalogues, "write_mo", write)
        catalogues.compile_catalogues()
        write(stream, catalogue)

    monkeypatch.setattr(catalogues, "write_mo", write_while_another_process_starts)
    catalogues.compile_catalogues()

    with (folder / "django.mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("Yes") == "Oui"
    assert sorted(file.name for file in folder.iterdir()) == ["django.mo", "django.po"]
