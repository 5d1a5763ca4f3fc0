"""Functions of the database: how words are folded and cut to their stems."""

from django.db import migrations

MAKE = r"""
CREATE FUNCTION catalog_search_fold(given text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN btrim(regexp_replace(
    translate(lower(given),
        'ёґáàâäãåāąćčçďéèêëēęěíìîïīłľńňñóòôöõøōőřśšşťúùûüūůűýÿźžż''’ʼ`',
        'егaaaaaaaacccdeeeeeeeiiiiillnnnoooooooorssstuuuuuuuyyzzz'),
    '[^[:alnum:]]+', ' ', 'g'));

CREATE FUNCTION catalog_search_key(given text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN regexp_replace(lower(given), '[^[:alnum:]]+', '', 'g');

CREATE FUNCTION catalog_search_uk(folded text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN regexp_replace(folded,
    '([а-яіїє]{3,}?)(?:ування|увань|ання|ення|іння|ами|ями|ові|еві|єві|ого|ього|ому|ьому'
    '|ими|іми|ів|їв|ам|ям|ах|ях|ою|ею|єю|ої|ьої|их|іх|им|ім|ий|ій|ом|ем|єм|ую|юю'
    '|а|я|о|е|є|у|ю|и|і|ї|ь|й)\M', '\1', 'g');

CREATE FUNCTION catalog_search_words(en text, ru text, uk text, exact text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN strip(
    to_tsvector('pg_catalog.english', catalog_search_fold(en))
    || to_tsvector('pg_catalog.russian', catalog_search_fold(ru))
    || to_tsvector('pg_catalog.simple', catalog_search_uk(catalog_search_fold(uk)))
    || to_tsvector('pg_catalog.simple', catalog_search_fold(exact)));

CREATE FUNCTION catalog_search_query(word text) RETURNS tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN CASE
    WHEN word = ''
      OR numnode(plainto_tsquery('pg_catalog.russian', word)) = 0
      OR numnode(plainto_tsquery('pg_catalog.english', word)) = 0 THEN ''::tsquery
    ELSE plainto_tsquery('pg_catalog.russian', word)
        || plainto_tsquery('pg_catalog.english', word)
        || plainto_tsquery('pg_catalog.simple', catalog_search_uk(word))
        || CASE WHEN length(word) > 2
           THEN to_tsquery('pg_catalog.simple', '''' || word || ''':*') ELSE ''::tsquery END
    END;
"""
DROP = """
DROP FUNCTION catalog_search_query(text);
DROP FUNCTION catalog_search_words(text, text, text, text);
DROP FUNCTION catalog_search_uk(text);
DROP FUNCTION catalog_search_key(text);
DROP FUNCTION catalog_search_fold(text);
"""


class Migration(migrations.Migration):
    dependencies = [("catalog_search", "0001_initial")]

    operations = [migrations.RunSQL(MAKE, DROP)]
