package main

// labelledWith is a condition on the table of labels. For some questions it takes less time than a condition on
// the lists of the contacts, for others more.
func labelledWith(labels string) string {
	return "id IN (SELECT id FROM contact_labels WHERE label IN (" + labels + "))"
}

// missingIsNull are conditions of systems that have NULL for a missing value.
var missingIsNull = []string{
	"{country is not US}", "country IS DISTINCT FROM 'US'", "{tier is not pro}", "tier IS DISTINCT FROM 'pro'",
	"{email exists}", "email IS NOT NULL", "{consent is not refused}", "marketing_consent IS DISTINCT FROM false",
	"{not seen for 90 days}", "last_seen_at IS NULL OR last_seen_at < {90 days ago} OR last_seen_at > {now}",
}

// unnested are the labels of some contacts, from their lists.
const unnested = "(SELECT unnest(labels) AS label FROM contacts{where}) AS of_all"

var postgresDialect = dialect{
	ids:    "array_agg(id)",
	byName: "name_fold NULLS LAST", bySeen: "last_seen_at DESC NULLS LAST", grouped: true, labelled: unnested,
	conditions: append([]string{
		"{labels: vip, churn risk}", "labels && ARRAY['vip', 'churn risk']",
		"{labels: do not call, churn risk}", "labels && ARRAY['do not call', 'churn risk']",
		"{channels: whatsapp, telegram}", "channels && ARRAY['whatsapp', 'telegram']",
	}, missingIsNull...),
}

var duckDialect = dialect{
	byName: "name_fold NULLS LAST", bySeen: "last_seen_at DESC NULLS LAST", grouped: true, labelled: unnested,
	conditions: append([]string{
		"{labels: vip, churn risk}", labelledWith("'vip', 'churn risk'"),
		"{labels: do not call, churn risk}", labelledWith("'do not call', 'churn risk'"),
		"{channels: whatsapp, telegram}", "(list_contains(channels, 'whatsapp') OR list_contains(channels, 'telegram'))",
	}, missingIsNull...),
}

// clickhouseDialect has empty texts and 0 for missing values, and a time long ago for who was never seen.
var clickhouseDialect = dialect{
	byName: "name_fold = '', name_fold", bySeen: "last_seen_at DESC",
	conditions: []string{
		"{country is not US}", "country <> 'US'", "{tier is not pro}", "tier <> 'pro'",
		"{email exists}", "email <> ''", "{consent is not refused}", "marketing_consent <> 'false'",
		"{not seen for 90 days}", "last_seen_at < {90 days ago} OR last_seen_at > {now}",
		"{labels: vip, churn risk}", labelledWith("'vip', 'churn risk'"),
		"{labels: do not call, churn risk}", "hasAny(labels, ['do not call', 'churn risk'])",
		"{channels: whatsapp, telegram}", "hasAny(channels, ['whatsapp', 'telegram'])",
	},
	labelled: "contacts ARRAY JOIN labels AS label{where}",
}
