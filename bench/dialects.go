package main

// duckDialect writes the questions for DuckDB.
var duckDialect = dialect{
	once: "MATERIALIZED ", byName: "name_fold NULLS LAST", bySeen: "last_seen_at DESC NULLS LAST", labelled: joined,
	conditions: []string{
		"{country is not US}", "country IS DISTINCT FROM 'US'", "{tier is not pro}", "tier IS DISTINCT FROM 'pro'",
		"{email exists}", "email IS NOT NULL", "{consent is not refused}", "marketing_consent IS DISTINCT FROM false",
		"{health below 40}", "health < 40", "{not seen for 90 days}", "last_seen_at IS NULL OR last_seen_at < {90 days ago} OR last_seen_at > {now}",
		"{labels: vip, churn risk}", "list_has_any(labels, ['vip', 'churn risk'])", "{labels: vip, trial}", "list_has_any(labels, ['vip', 'trial'])",
		"{labels: do not call, churn risk}", "list_has_any(labels, ['do not call', 'churn risk'])",
		"{channels: whatsapp, telegram}", "list_has_any(channels, ['whatsapp', 'telegram'])",
	},
}
