CREATE EXTENSION pg_trgm;
CREATE TABLE contacts (
	id int PRIMARY KEY, public_id uuid NOT NULL, type text NOT NULL, name text, name_fold text, first_name text, last_name text,
	email text, phone text, identifier text, country text, city text, company text, labels text[] NOT NULL, channels text[] NOT NULL,
	created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL, last_seen_at timestamptz,
	job_title text, seats int, mrr float8, health float8, website text, renewal_date date, tier text, interests text[],
	newsletter boolean, marketing_consent boolean
);
INSERT INTO contacts SELECT
	id::int, public_id::uuid, type, name, name_fold, first_name, last_name, email, phone, identifier, country, city, company,
	coalesce(string_to_array(labels, '|'), '{}'), coalesce(string_to_array(channels, '|'), '{}'),
	created_at::timestamptz, updated_at::timestamptz, last_seen_at::timestamptz,
	job_title, seats::int, mrr::float8, health::float8, website, renewal_date::date, tier, string_to_array(interests, '|'),
	newsletter::boolean, marketing_consent::boolean
	FROM staging ORDER BY type, country, tier, last_seen_at;
DROP TABLE staging;
CREATE TABLE contact_labels (label text, id int);
INSERT INTO contact_labels SELECT unnest(labels), id FROM contacts ORDER BY 1, 2;
CREATE UNIQUE INDEX ON contact_labels (label, id);
CREATE INDEX ON contacts (type, country, tier, last_seen_at, mrr);
CREATE INDEX ON contacts (country, type);
CREATE INDEX ON contacts (tier);
CREATE INDEX ON contacts (last_seen_at, created_at);
CREATE INDEX ON contacts (type, created_at);
CREATE INDEX ON contacts (mrr) INCLUDE (health, last_seen_at) WHERE mrr IS NOT NULL;
CREATE INDEX ON contacts (seats) INCLUDE (id, public_id);
CREATE INDEX ON contacts (newsletter) INCLUDE (email, marketing_consent, labels) WHERE newsletter AND email IS NOT NULL;
CREATE INDEX ON contacts (type, tier, renewal_date) WHERE renewal_date IS NOT NULL;
CREATE INDEX ON contacts (name_fold, id);
CREATE INDEX ON contacts (last_seen_at DESC NULLS LAST, id);
CREATE INDEX ON contacts (type, last_seen_at DESC NULLS LAST, id);
CREATE UNIQUE INDEX ON contacts (email);
CREATE INDEX ON contacts USING gin (labels);
CREATE INDEX ON contacts USING gin (channels);
CREATE INDEX ON contacts USING gin (name_fold gin_trgm_ops);
CREATE INDEX ON contacts USING gin (email gin_trgm_ops);
VACUUM ANALYZE contacts;
VACUUM ANALYZE contact_labels;
CHECKPOINT;
SET pg_trgm.word_similarity_threshold = 0.4
