"""DuckDB, in a file, with two threads."""

import itertools
import os

import duckdb
import numpy

import protocol

TABLES = """
CREATE TABLE raw AS SELECT * FROM read_csv('{file}', header = true, all_varchar = true, nullstr = '');
CREATE TYPE type_name AS ENUM (SELECT DISTINCT type FROM raw ORDER BY 1);
CREATE TYPE country_code AS ENUM (SELECT DISTINCT country FROM raw WHERE country IS NOT NULL ORDER BY 1);
CREATE TYPE tier_name AS ENUM (SELECT DISTINCT tier FROM raw WHERE tier IS NOT NULL ORDER BY 1);
CREATE TYPE label_name AS ENUM (SELECT DISTINCT unnest(string_split(labels, '|')) FROM raw WHERE labels IS NOT NULL ORDER BY 1);
CREATE TYPE channel_name AS ENUM (SELECT DISTINCT unnest(string_split(channels, '|')) FROM raw WHERE channels IS NOT NULL ORDER BY 1);
CREATE TABLE contacts AS SELECT
    id::INTEGER AS id, public_id::UUID AS public_id, type::type_name AS type, name, name_fold, first_name, last_name,
    email, phone, identifier, country::country_code AS country, city, company,
    coalesce(string_split(labels, '|'), [])::label_name[] AS labels, coalesce(string_split(channels, '|'), [])::channel_name[] AS channels,
    created_at::TIMESTAMP_MS AS created_at, updated_at::TIMESTAMP_MS AS updated_at, last_seen_at::TIMESTAMP_MS AS last_seen_at,
    job_title, seats::INTEGER AS seats, mrr::DECIMAL(12, 2) AS mrr, health::DOUBLE AS health, website, renewal_date::DATE AS renewal_date,
    tier::tier_name AS tier, string_split(interests, '|') AS interests, newsletter::BOOLEAN AS newsletter, marketing_consent::BOOLEAN AS marketing_consent
    FROM raw ORDER BY type, country, tier, last_seen_at;
CREATE TABLE contact_labels AS SELECT label, id FROM (SELECT unnest(labels) AS label, id FROM contacts) ORDER BY label, id;
DROP TABLE raw;
CREATE UNIQUE INDEX contacts_id ON contacts (id);
ANALYZE;
CHECKPOINT;
"""

db = folder = None
numbers = itertools.count()  # of prepared statements


def load(order):
    global db, folder
    folder = order["folder"]
    db = duckdb.connect(os.path.join(folder, "contacts.duckdb"))
    db.execute("SET threads = 2")
    db.execute("SET memory_limit = '4GB'")
    db.execute(TABLES.replace("{file}", order["file"].replace("'", "''")))
    return (
        f"DuckDB {duckdb.__version__} in a process of its own (Python), database in a file, threads 2, memory_limit 4 GB, prepared statements; "
        "ENUM for type, country, tier, labels and channels; rows in the order of type, country, tier, last_seen_at; "
        "unique index on id; a table of labels (label, id) in that order; ANALYZE, CHECKPOINT; answers as arrays, time without the pipe"
    )


def prepare(order):
    if order["kind"] == "members":
        path = os.path.join(folder, "members.csv")
        text = f"COPY ({order['statement']}) TO '{path}' (FORMAT csv, HEADER false)"
        return lambda: (db.execute(text).fetchall(), path)
    name = f"q{next(numbers)}"
    db.execute(f"PREPARE {name} AS {order['statement']}")
    execute = f"EXECUTE {name}"
    if order["kind"] in ("ids", "page"):
        return lambda: db.execute(execute).fetchnumpy()
    return lambda: db.execute(execute).fetchall()


def read(kind, got):
    if kind in ("ids", "page"):
        return {"ids": numpy.asarray(got["id"], dtype=numpy.uint32)}
    if kind == "facets":
        return {"facets": got}
    if kind == "members":
        with open(got[1], "rb") as file:
            return {"count": sum(1 for _ in file)}
    return {"count": got[0][0]}


def change(order):
    count = prepare(order)
    db.execute("PREPARE change AS UPDATE contacts SET mrr = $2 WHERE id = $1")

    def ask(id, mrr):
        db.execute(f"EXECUTE change({id}, {mrr})")
        return count()

    return ask


protocol.serve(load, prepare, read, change)
