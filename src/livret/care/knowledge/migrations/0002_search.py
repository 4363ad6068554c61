"""What the search reads: the words of each version, French endings cut, with and without their accents.

The dictionary keeps accents, and people often leave them out; the server's own extension for that may be missing, so a
function of ours takes them away. Whatever is neither letter nor digit becomes a space: the database's parser would take
a typographic apostrophe for a letter, "FEC/CSV" for a file, and leave out what stands between < and >.
"""

from django.db import migrations

ACCENTED = "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöùúûüýÿ"
PLAIN = "AAAAAACEEEEIIIINOOOOOUUUUYaaaaaaceeeeiiiinooooouuuuyy"

FUNCTIONS = f"""
CREATE FUNCTION knowledge_parted(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN lower(regexp_replace(words COLLATE pg_c_utf8, '[^[:alnum:]]+', ' ', 'g'));
CREATE FUNCTION knowledge_folded(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN replace(replace(replace(replace(translate(words, '{ACCENTED}', '{PLAIN}'), 'œ', 'oe'), 'Œ', 'OE'), 'æ', 'ae'),
    'Æ', 'AE');
"""
COLUMN = """
ALTER TABLE knowledge_articleversion ADD COLUMN words tsvector NOT NULL GENERATED ALWAYS AS (
  setweight(to_tsvector('pg_catalog.french', knowledge_parted(title)), 'A')
  || setweight(to_tsvector('pg_catalog.french', knowledge_folded(knowledge_parted(title))), 'A')
  || setweight(to_tsvector('pg_catalog.french', knowledge_parted(summary)), 'B')
  || setweight(to_tsvector('pg_catalog.french', knowledge_folded(knowledge_parted(summary))), 'B')
  || setweight(to_tsvector('pg_catalog.french', knowledge_parted(text)), 'C')
  || setweight(to_tsvector('pg_catalog.french', knowledge_folded(knowledge_parted(text))), 'C')
) STORED;
CREATE INDEX article_version_words ON knowledge_articleversion USING gin (words);
"""
UNDO = """
ALTER TABLE knowledge_articleversion DROP COLUMN words;
DROP FUNCTION knowledge_folded(text);
DROP FUNCTION knowledge_parted(text);
"""


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0001_initial")]

    operations = [migrations.RunSQL(FUNCTIONS + COLUMN, UNDO)]
