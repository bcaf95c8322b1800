"""Each store's own index over the one column of tokens: FTS5 kept by triggers, a generated tsvector under GIN.

Django rebuilds a SQLite table to alter it, which drops its triggers: a later migration that alters these tables
must run `make` of this one again.
"""

from django.db import migrations

# table, its key, and the name of its FTS5 table (models.WORDS)
INDEXED = (
    ("search_searchentry", "position_id", "search_entry_words"),
    ("search_employerentry", "id", "search_employer_words"),
)

# detail=none: tokens only have to occur; no phrases, no ranks. The tokens are made by tokenizer.py already.
SQLITE = (
    """CREATE VIRTUAL TABLE {words} USING fts5(
        tokens, content='{table}', content_rowid='{key}', detail=none, columnsize=0,
        tokenize="unicode61 remove_diacritics 0 tokenchars '+#'")""",
    """CREATE TRIGGER {words}_added AFTER INSERT ON {table} BEGIN
        INSERT INTO {words}(rowid, tokens) VALUES (new.{key}, new.tokens); END""",
    """CREATE TRIGGER {words}_taken AFTER DELETE ON {table} BEGIN
        INSERT INTO {words}({words}, rowid, tokens) VALUES ('delete', old.{key}, old.tokens); END""",
    """CREATE TRIGGER {words}_changed AFTER UPDATE OF tokens ON {table} WHEN old.tokens <> new.tokens BEGIN
        INSERT INTO {words}({words}, rowid, tokens) VALUES ('delete', old.{key}, old.tokens);
        INSERT INTO {words}(rowid, tokens) VALUES (new.{key}, new.tokens); END""",
    "INSERT INTO {words}({words}) VALUES ('rebuild')",
)
UNSQLITE = (
    "DROP TRIGGER IF EXISTS {words}_added",
    "DROP TRIGGER IF EXISTS {words}_taken",
    "DROP TRIGGER IF EXISTS {words}_changed",
    "DROP TABLE IF EXISTS {words}",
)
POSTGRESQL = (
    """ALTER TABLE {table} ADD COLUMN words tsvector
        GENERATED ALWAYS AS (array_to_tsvector(string_to_array(tokens, ' '))) STORED""",
    "CREATE INDEX {words} ON {table} USING gin (words) WITH (fastupdate = off)",
)
UNPOSTGRESQL = ("ALTER TABLE {table} DROP COLUMN words",)


def make(apps, schema_editor):
    _run(schema_editor, UNSQLITE + SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL)


def unmake(apps, schema_editor):
    _run(schema_editor, UNSQLITE if schema_editor.connection.vendor == "sqlite" else UNPOSTGRESQL)


def _run(schema_editor, statements):
    with schema_editor.connection.cursor() as cursor:
        for table, key, words in INDEXED:
            for statement in statements:
                cursor.execute(statement.format(table=table, key=key, words=words))


class Migration(migrations.Migration):
    dependencies = [("search", "0001_index")]
    operations = [migrations.RunPython(make, unmake, elidable=False)]
