"""Polars in memory, with two threads (POLARS_MAX_THREADS)."""

import datetime
import io
import os

import polars as pl

import protocol

c = pl.col

contacts = labels = None
questions = {}


def load(order):
    global contacts, labels, questions
    raw = pl.read_csv(order["file"], infer_schema=False)

    def words(*columns):
        """The Enum of the values that the columns have."""
        return pl.Enum(pl.concat([raw[name].drop_nulls() for name in columns]).unique().sort())

    def lists(name):
        """The Enum of the words in lists."""
        return pl.Enum(raw[name].drop_nulls().str.split("|").explode().unique().sort())

    def instant(name):
        return c(name).str.to_datetime("%Y-%m-%d %H:%M:%S%.3f", time_unit="ms")

    contacts = raw.lazy().select(
        c("id").cast(pl.UInt32), "public_id", c("type").cast(words("type")), "name", "name_fold", "first_name", "last_name",
        "email", "phone", "identifier", c("country").cast(words("country")), c("city").cast(words("city")), "company",
        c("labels").str.split("|").cast(pl.List(lists("labels"))), c("channels").str.split("|").cast(pl.List(lists("channels"))),
        instant("created_at"), instant("updated_at"), instant("last_seen_at"), c("job_title").cast(words("job_title")),
        c("seats").cast(pl.Int32), c("mrr").cast(pl.Float64), c("health").cast(pl.Float64), "website", c("renewal_date").str.to_date("%Y-%m-%d"),
        c("tier").cast(words("tier")), c("interests").str.split("|"), c("newsletter") == "true", c("marketing_consent") == "true",
    ).sort("type", "country", "tier", "last_seen_at").collect().rechunk()
    labels = contacts.lazy().select("id", label="labels").explode("label").drop_nulls("label").sort("label", "id").collect().rechunk()
    questions = ask(datetime.datetime.fromtimestamp(order["now"] / 1000, datetime.timezone.utc).replace(tzinfo=None))
    return (
        f"Polars {pl.__version__} in a process of its own (Python), in memory, POLARS_MAX_THREADS {os.environ['POLARS_MAX_THREADS']}, lazy queries; "
        "Enum for type, country, tier, city, job_title, labels and channels; rows in the order of type, country, tier, last_seen_at, in one chunk; "
        "a frame of labels (label, id) in that order; time without the pipe"
    )


def labelled(*names):
    """The ids of the contacts that have one of the labels, twice for who has two."""
    return labels.lazy().filter(c("label").is_in(names)).select("id")


def ask(now):
    """The questions by name: a lazy query each, or several that are collected together."""
    def ago(days):
        return pl.lit(now - datetime.timedelta(days=days), pl.Datetime("ms"))

    present = pl.lit(now, pl.Datetime("ms"))
    today = now.date()
    all_of = contacts.lazy()
    equal = (c("type") == "customer") & (c("country") == "US") & (c("tier") == "pro")
    african = c("country").is_in(["KE", "TZ", "ET"]) & c("tier").ne_missing("pro")
    neither = (c("type") != "lead") & c("country").ne_missing("US")
    seen = c("last_seen_at")
    seated = all_of.filter(c("seats") >= 1)

    def count(condition):
        return all_of.filter(condition).select(pl.len())

    def facets(frame, of_labels):
        return [frame.group_by(name).len() for name in ("type", "country", "tier")] + [of_labels.group_by("label").len()]

    def facets_of(condition):
        frame = all_of.filter(condition)
        return facets(frame, frame.select(label="labels").explode("label"))

    return {
        "page of everyone by name": all_of.sort("name_fold", "id", nulls_last=True).head(50).select("id"),
        "page of customers by last seen": all_of.filter(c("type") == "customer")
        .sort("last_seen_at", "id", descending=[True, False], nulls_last=True).head(50).select("id"),
        "count: three equalities": count(equal),
        "count: those and two ranges": count(equal & c("mrr").is_between(50, 500) & seen.is_between(ago(90), present)),
        "count: or and not": pl.concat([
            all_of.filter(african).select("id"),
            all_of.filter((c("mrr") >= 200) & african.not_().fill_null(True)).join(labelled("vip", "churn risk"), on="id", how="semi").select("id"),
        ]).select(pl.len()),
        "segment: Customers at risk": count(
            (c("mrr") >= 100) & ((c("health") < 40) | seen.is_null() | (seen < ago(90)) | (seen > present))),
        "4 facets of everyone": facets(all_of, labels.lazy()),
        "count: not a and not b": count(neither),
        "segment: Renewals in the next 60 days": count(
            (c("type") == "customer") & c("tier").is_in(["starter", "pro", "enterprise"])
            & c("renewal_date").is_between(today, today + datetime.timedelta(days=60))),
        "count: name contains kamau": count(c("name_fold").str.contains("kamau", literal=True)),
        "count: labels any of two": labelled("vip", "trial").select(c("id").n_unique()),
        "ids of 30 %": seated.select("id"),
        "segment: Active in East Africa": all_of.filter(c("country").is_in(["KE", "TZ", "ET"]) & seen.is_between(ago(30), present))
        .select("id", "channels").explode("channels").filter(c("channels").is_in(["whatsapp", "telegram"])).select(c("id").n_unique()),
        "segment: Newsletter readers": all_of.filter(c("email").is_not_null() & c("newsletter") & c("marketing_consent").ne_missing(False))
        .join(labelled("do not call", "churn risk"), on="id", how="anti").select(pl.len()),
        "segment: New leads of the week": count((c("type") == "lead") & c("created_at").is_between(ago(7), present)),
        "count: e-mail contains ann": count(c("email").str.contains("ann", literal=True)),
        "4 facets of customers": facets_of(c("type") == "customer"),
        "4 facets of not a and not b": facets_of(neither),
        "members of 30 % as CSV, ids only": seated.select("public_id"),
    }


def prepare(order):
    query = questions[order["name"]]
    if order["kind"] == "facets":
        return lambda: pl.collect_all(query)
    if order["kind"] == "members":
        def members():
            out = io.BytesIO()
            query.collect().write_csv(out, include_header=False)
            return out
        return members
    return query.collect


def read(kind, got):
    if kind in ("ids", "page"):
        return {"ids": got["id"].to_numpy()}
    if kind == "members":
        return {"count": got.getvalue().count(b"\n")}
    if kind == "facets":
        names = ("type", "country", "attributes.tier", "labels")
        return {"facets": [[field, value, n] for field, frame in zip(names, got) for value, n in frame.iter_rows()]}
    return {"count": got.item()}


protocol.serve(load, prepare, read)
