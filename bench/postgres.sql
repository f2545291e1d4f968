CREATE EXTENSION pg_trgm;
CREATE TABLE contacts (
	id int PRIMARY KEY, public_id uuid, type text, name text, name_fold text, first_name text, last_name text,
	email text, phone text, identifier text, country text, city text, company text, labels text[], channels text[],
	created_at timestamptz, updated_at timestamptz, last_seen_at timestamptz, attributes jsonb
);
INSERT INTO contacts SELECT
	id::int, public_id::uuid, type, name, name_fold, first_name, last_name, email, phone, identifier, country, city, company,
	coalesce(string_to_array(labels, '|'), '{}'), coalesce(string_to_array(channels, '|'), '{}'),
	created_at::timestamptz, updated_at::timestamptz, last_seen_at::timestamptz,
	jsonb_strip_nulls(jsonb_build_object(
		'job_title', job_title, 'seats', seats::numeric, 'mrr', mrr::numeric, 'health', health::numeric, 'website', website,
		'renewal_date', renewal_date, 'tier', tier, 'interests', string_to_array(interests, '|'),
		'newsletter', newsletter::boolean, 'marketing_consent', marketing_consent::boolean))
	FROM staging;
DROP TABLE staging;
CREATE INDEX ON contacts (type);
CREATE INDEX ON contacts (country);
CREATE INDEX ON contacts (city);
CREATE INDEX ON contacts (company);
CREATE INDEX ON contacts (created_at);
CREATE INDEX ON contacts (last_seen_at DESC NULLS LAST, id);
CREATE INDEX ON contacts (type, last_seen_at DESC NULLS LAST, id);
CREATE INDEX ON contacts (name_fold, id);
CREATE UNIQUE INDEX ON contacts (email);
CREATE INDEX ON contacts USING gin (labels);
CREATE INDEX ON contacts USING gin (channels);
CREATE INDEX ON contacts USING gin (attributes jsonb_path_ops);
CREATE INDEX ON contacts ((attributes->>'tier'));
CREATE INDEX ON contacts ((attributes->>'renewal_date'));
CREATE INDEX ON contacts (((attributes->>'mrr')::numeric));
CREATE INDEX ON contacts (((attributes->>'health')::numeric));
CREATE INDEX ON contacts (((attributes->>'seats')::numeric));
CREATE INDEX ON contacts USING gin (name_fold gin_trgm_ops);
CREATE INDEX ON contacts USING gin (email gin_trgm_ops);
VACUUM ANALYZE contacts;
SET pg_trgm.word_similarity_threshold = 0.4
