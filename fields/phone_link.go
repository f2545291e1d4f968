package fields

import (
	"net/url"
	"regexp"
	"strings"
)

// phoneScheme is what stands before a number that can be clicked.
var phoneScheme = regexp.MustCompile(`(?i)^(tel|sms|smsto|mms|mmsto|callto|fax|facetime|facetime-audio|skype|whatsapp):(?://)?`)

// chatLinks are the beginnings of links to a chat with a number, without scheme and
// www. The number follows, or is in the query.
var chatLinks = []string{
	"wa.me/", "api.whatsapp.com/send", "web.whatsapp.com/send", "whatsapp.com/send", "whatsapp:send", "viber:chat", "viber:add", "viber:contact",
	"signal.me/#p/", "t.me/+",
}

// chatAddress is a number as messengers address it.
var chatAddress = regexp.MustCompile(`(?i)^(?:whatsapp:)?\+?(\d+)(?::\d+)?@(?:c\.us|s\.whatsapp\.net|whatsapp\.net)$`)

// LinkedPhone returns the number in a link or address that leads to one: tel:,
// sms:, callto: and the like in any case, links of WhatsApp, Viber, Signal and
// Telegram, and 254712345678@c.us. It is false for everything else.
func LinkedPhone(text string) (number string, ok bool) {
	text = narrow(text)
	if len(text) > MaxLinkLength || !strings.ContainsAny(text, ":/@") {
		return "", false
	}
	if parts := chatAddress.FindStringSubmatch(text); parts != nil {
		return worldwide(parts[1]), true
	}
	if number, ok := chatPhone(text); ok {
		return worldwide(number), true
	}
	scheme := phoneScheme.FindStringSubmatch(text)
	if scheme == nil {
		return "", false
	}
	number, _, _ = strings.Cut(text[len(scheme[0]):], "?")
	number, parameters, _ := strings.Cut(number, ";")
	if plain, err := url.PathUnescape(number); err == nil {
		number = strings.TrimSpace(plain)
	}
	for parameter := range strings.SplitSeq(parameters, ";") { // RFC 3966
		switch name, value, _ := strings.Cut(parameter, "="); strings.ToLower(name) {
		case "phone-context":
			if strings.HasPrefix(value, "+") && !strings.HasPrefix(number, "+") {
				number = value + number
			}
		case "ext":
			number += " ext " + value
		}
	}
	if strings.EqualFold(scheme[1], "whatsapp") {
		number = worldwide(number)
	}
	return number, true
}

// chatPhone returns the number in a link to a chat.
func chatPhone(text string) (number string, ok bool) {
	link := strings.Replace(text, "://", ":", 1)
	for _, prefix := range []string{"http:", "https:", "www."} {
		if len(link) >= len(prefix) && strings.EqualFold(link[:len(prefix)], prefix) {
			link = link[len(prefix):]
		}
	}
	for _, begin := range chatLinks {
		if len(link) < len(begin) || !strings.EqualFold(link[:len(begin)], begin) {
			continue
		}
		path, query, _ := strings.Cut(link[len(begin):], "?")
		number, err := url.PathUnescape(strings.Trim(path, "/"))
		if err != nil {
			return "", false
		}
		values, _ := url.ParseQuery(query)
		for _, name := range []string{"phone", "number"} {
			if values.Get(name) != "" {
				number = strings.TrimSpace(values.Get(name))
			}
		}
		return number, true
	}
	return "", false
}

// worldwide gives a number the + that messengers leave out; one that begins with
// 0 is national all the same.
func worldwide(number string) string {
	if number == "" || number[0] == '+' || number[0] == '0' {
		return number
	}
	return "+" + number
}
