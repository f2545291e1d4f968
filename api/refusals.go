package api

import "net/http"

// refusals are the statuses that nouns have problems of their own for, and what each
// means with the types of all its problems.
var refusals = map[int]string{
	http.StatusUnauthorized:          "unauthorized, key-expired: there is no key, a wrong one, or one whose time is over. session-ended: there is no such session, or its time is over. To who signs in also wrong-password, link-ended.",
	http.StatusForbidden:             "forbidden: the scope of the key or the person does not allow this. cross-origin: a browser sent it for a page of another site. no-person: only a person who is signed in has a password, and a name of their own. contact-blocked: the contact that wrote is blocked; the message is kept aside, see the list of its quarantine.",
	http.StatusConflict:              "It contradicts what there is, such as identity-taken, company-taken, message-taken, name-taken, email-taken, person-disabled, last-admin or segment-in-use.",
	http.StatusGone:                  "snapshot-expired, history-expired: it is not kept any more. held-back-not-noted: an older version did not note it. deleted-since: the request was carried out before, and what it made or changed has been deleted since.",
	http.StatusRequestEntityTooLarge: "body-too-large, contact-too-large, company-too-large, answer-too-large.",
	http.StatusTooManyRequests:       "The key or the person takes more than it may: too-many-requests, too-many-at-once, too-many-bytes, too-many-writes, people-limit. Of signing in: too-many-attempts.",
	http.StatusServiceUnavailable:    "busy, timeout, index-behind, changes-behind, storage-full and the like: ask again later.",
}
