CREATE TABLE contacts AS SELECT
	id::INTEGER AS id, public_id::UUID AS public_id, type, name, name_fold, first_name, last_name,
	email, phone, identifier, country, city, company,
	coalesce(string_split(labels, '|'), []::VARCHAR[]) AS labels, coalesce(string_split(channels, '|'), []::VARCHAR[]) AS channels,
	created_at::TIMESTAMP AS created_at, updated_at::TIMESTAMP AS updated_at, last_seen_at::TIMESTAMP AS last_seen_at,
	job_title, seats::DOUBLE AS seats, mrr::DOUBLE AS mrr, health::DOUBLE AS health, website, renewal_date::DATE AS renewal_date, tier,
	string_split(interests, '|') AS interests, newsletter::BOOLEAN AS newsletter, marketing_consent::BOOLEAN AS marketing_consent
FROM read_csv('{file}', header = true, all_varchar = true, nullstr = '');
ANALYZE
