"""ClickHouse in this process (chdb), in a folder, with two threads."""

import importlib.metadata
import os

import chdb.session
import numpy

import protocol

SETTINGS = "max_threads = 2, use_query_cache = 0"

TABLE = """
CREATE TABLE contacts (
    id UInt32, public_id UUID, type LowCardinality(String), name String, name_fold String, first_name String, last_name String,
    email String, phone String, identifier String, country LowCardinality(String), city LowCardinality(String), company String,
    labels Array(LowCardinality(String)), channels Array(LowCardinality(String)),
    created_at DateTime64(3, 'UTC'), updated_at DateTime64(3, 'UTC'), last_seen_at DateTime64(3, 'UTC'),
    job_title LowCardinality(String), seats UInt32, mrr Decimal64(2), health Float64, website String, renewal_date Date32, tier LowCardinality(String),
    interests Array(LowCardinality(String)), newsletter Bool, marketing_consent Enum8('' = 0, 'false' = 1, 'true' = 2),
    INDEX by_id id TYPE bloom_filter GRANULARITY 1,
    INDEX by_name name_fold TYPE ngrambf_v1(3, 16384, 3, 0) GRANULARITY 1
) ENGINE = MergeTree ORDER BY (type, country, tier, last_seen_at)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1
"""

# Who has no value has the default of the type: ClickHouse is faster without NULL. Without a health, one has 255.
FILL = """
INSERT INTO contacts SELECT
    id, public_id, type, name, name_fold, first_name, last_name, email, phone, identifier, country, city, company,
    if(labels = '', [], splitByChar('|', labels)), if(channels = '', [], splitByChar('|', channels)),
    created_at, updated_at, last_seen_at, job_title, toUInt32OrZero(seats), toDecimal64OrZero(mrr, 2), if(health = '', 255, toFloat64OrZero(health)), website,
    ifNull(toDate32OrNull(renewal_date), toDate32('1970-01-01')), tier, if(interests = '', [], splitByChar('|', interests)), newsletter = 'true', marketing_consent
FROM file('{file}', CSVWithNames, 'id UInt32, public_id UUID, type String, name String, name_fold String, first_name String, last_name String,
    email String, phone String, identifier String, country String, city String, company String, labels String, channels String,
    created_at DateTime64(3, \\'UTC\\'), updated_at DateTime64(3, \\'UTC\\'), last_seen_at DateTime64(3, \\'UTC\\'), job_title String, seats String, mrr String,
    health String, website String, renewal_date String, tier String, interests String, newsletter String, marketing_consent String')
"""

LABELS = """
CREATE TABLE contact_labels (label LowCardinality(String), id UInt32) ENGINE = MergeTree ORDER BY (label, id);
INSERT INTO contact_labels SELECT label, id FROM contacts ARRAY JOIN labels AS label;
OPTIMIZE TABLE contact_labels FINAL
"""

db = None


def load(order):
    global db
    db = chdb.session.Session(os.path.join(order["folder"], "data"))
    db.query("CREATE DATABASE bench ENGINE = Atomic")
    db.query("USE bench")
    db.query(TABLE)
    db.query(FILL.replace("{file}", order["file"].replace("'", "\\'")))
    db.query("OPTIMIZE TABLE contacts FINAL")
    for statement in LABELS.split(";"):
        db.query(statement)
    version = str(db.query("SELECT version()", "TSV")).strip()
    return (
        f"ClickHouse {version} (chdb {importlib.metadata.version('chdb')}) in a process of its own (Python), on disk, max_threads 2, no query cache; "
        "MergeTree in the order of type, country, tier, last_seen_at, merged into one part; LowCardinality strings; no NULL; "
        "bloom filter on id, n-gram bloom filter on the folded name; a table of labels (label, id) in that order; an update is a mutation that is waited for and flushed to the disk; time without the pipe"
    )


def prepare(order):
    text = f"{order['statement']} SETTINGS {SETTINGS}"
    form = {"ids": "RowBinary", "page": "RowBinary", "members": "CSV"}.get(order["kind"], "JSONCompact")
    return lambda: db.query(text, form)


def read(kind, got):
    if kind in ("ids", "page"):
        return {"ids": numpy.frombuffer(got.bytes(), dtype="<u4")}
    if kind == "members":
        return {"count": got.bytes().count(b"\n")}
    rows = protocol.json.loads(got.bytes())["data"]
    if kind == "facets":
        return {"facets": [[field, value, int(n)] for field, value, n in rows]}
    return {"count": int(rows[0][0])}


def change(order):
    count = prepare(order)

    def ask(id, mrr):
        # A lightweight update would be shorter, but it is not on the disk when it is answered.
        db.query(f"ALTER TABLE contacts UPDATE mrr = {mrr} WHERE id = {id} SETTINGS mutations_sync = 2, {SETTINGS}")
        return count()

    return ask


protocol.serve(load, prepare, read, change)
