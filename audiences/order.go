package audiences

import (
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// What an order may have at most.
const (
	MaxCampaign = 200 // characters
	MaxFields   = 200
	MaxGroups   = 20
	MaxExcluded = 100 // segments, audiences and campaigns, each
)

// Order is what is wanted of an audience.
type Order struct {
	Segment  ledger.ID
	Campaign string // names the campaign, compared exactly; the draw of the split depends on it
	// Channel is that on which it is sent, "" for none in particular: then only those are held back who
	// are gone or blocked, or whom Exclude names.
	Channel string
	Fields  []ChosenField // what is answered of each contact, none for all
	Limit   uint32        // the most rows, drawn by chance; 0 for no limit
	Split   []Share
	Exclude Exclude
}

// ChosenField is a field of contacts, named as in filters.
type ChosenField struct {
	Name string `json:"name"`
	// Number is that of a custom attribute, 0 for other fields: later its key may be that of another one.
	Number uint32 `json:"number,omitempty"`
}

// Share is a group and its share of all.
type Share struct {
	Name       string `json:"name"`
	Hundredths int    `json:"hundredths"` // of a percent, at least 1
}

// Exclude is who has no row although the segment has them.
type Exclude struct {
	Segments  []ledger.ID `json:"segments,omitempty"`
	Audiences []ledger.ID `json:"audiences,omitempty"`
	// Within is a period, such as P7D: those are held back whom another audience had in that time, or
	// to whom something was delivered. "" for nobody. Campaigns are the campaigns that count, none for
	// all.
	Within    string   `json:"within,omitempty"`
	Campaigns []string `json:"campaigns,omitempty"`
}

// checking collects what is wrong with an order.
type checking struct {
	calendar Calendar
	faults   []fault.Fault
}

func (c *checking) fault(path, format string, args ...any) {
	c.faults = append(c.faults, fault.Fault{Path: path, Detail: fmt.Sprintf(format, args...)})
}

// check returns what is wrong with an order in itself, and brings its texts and fields into the form
// in which they are kept.
func (o *Order) check(schema *fields.Schema, calendar Calendar) []fault.Fault {
	c := checking{calendar: calendar}
	o.Campaign = c.campaign("campaign", o.Campaign)
	if o.Channel != "" && fields.ChannelNamed(o.Channel) == 0 {
		c.fault("channel", "must be %s", fields.ExpectedChannel)
	}
	c.fields(schema, o.Fields)
	c.split(o.Split)
	c.exclude(o)
	return c.faults
}

// campaign checks the name of a campaign and returns it in the form in which it is kept.
func (c *checking) campaign(path, name string) string {
	name, wrong := fields.CoerceText(name)
	switch {
	case wrong != "":
		c.fault(path, "%s", wrong)
	case name == "":
		c.fault(path, "must be the name of the campaign")
	case utf8.RuneCountInString(name) > MaxCampaign:
		c.fault(path, "must have at most %d characters", MaxCampaign)
	}
	return name
}

// fields checks the names of fields and gives them the numbers of their attributes.
func (c *checking) fields(schema *fields.Schema, chosen []ChosenField) {
	if len(chosen) > MaxFields {
		c.fault("fields", "must have at most %d items", MaxFields)
		return
	}
	for i := range chosen {
		path, f := fmt.Sprintf("fields[%d]", i), &chosen[i]
		f.Name = words.VisibleText(f.Name)
		field, known := schema.Field(f.Name)
		switch {
		case !known:
			c.fault(path, "must be the name of a field, like email or attributes.tier%s", fields.DidYouMean(schema.Meant(f.Name, fields.IsShown)))
		case !fields.IsShown(field):
			c.fault(path, "%s", field.NotShown())
		case slices.ContainsFunc(chosen[:i], func(other ChosenField) bool { return other.Name == f.Name }):
			c.fault(path, "is named twice")
		case field.Attribute != nil:
			f.Number = field.Attribute.Number
		}
	}
}

// whole is all, in hundredths of a percent.
const whole = 100 * 100

func (c *checking) split(shares []Share) {
	if len(shares) > MaxGroups {
		c.fault("split", "must have at most %d items", MaxGroups)
		return
	}
	total, known := 0, true
	for i := range shares {
		path, s := fmt.Sprintf("split[%d].", i), &shares[i]
		name, wrong := fields.CoerceText(s.Name)
		same := func(other Share) bool { return words.Canonical(other.Name) == words.Canonical(name) }
		switch {
		case wrong != "":
			c.fault(path+"name", "%s", wrong)
		case name == "":
			c.fault(path+"name", "must be the name of the group")
		case utf8.RuneCountInString(name) > MaxCampaign:
			c.fault(path+"name", "must have at most %d characters", MaxCampaign)
		case words.Canonical(name) == HoldOut:
			c.fault(path+"name", "must not be %s: that is the group of those whom the split leaves over", HoldOut)
		case slices.ContainsFunc(shares[:i], same):
			c.fault(path+"name", "must not be the name of another group")
		}
		s.Name = name
		if s.Hundredths < 1 || s.Hundredths > whole {
			c.fault(path+"percent", "must be a number from 0.01 to 100 with at most two decimals")
			known = false
		}
		total += s.Hundredths
	}
	if known && total > whole {
		c.fault("split", "must add up to at most 100 %%, and adds up to %s %%", percentText(total))
	}
}

// percentText writes hundredths of a percent.
func percentText(hundredths int) string {
	text := fmt.Sprint(hundredths / 100)
	switch rest := hundredths % 100; {
	case rest%10 != 0:
		return fmt.Sprintf("%s.%02d", text, rest)
	case rest != 0:
		return fmt.Sprintf("%s.%d", text, rest/10)
	}
	return text
}

func (c *checking) exclude(o *Order) {
	const base = "exclude."
	ids := func(path string, list []ledger.ID) {
		if len(list) > MaxExcluded {
			c.fault(path, "must have at most %d items", MaxExcluded)
			return
		}
		for i, id := range list {
			if slices.Contains(list[:i], id) {
				c.fault(fmt.Sprintf("%s[%d]", path, i), "is named twice")
			}
		}
	}
	e := &o.Exclude
	ids(base+"segments", e.Segments)
	ids(base+"audiences", e.Audiences)
	if i := slices.Index(e.Segments, o.Segment); i >= 0 {
		c.fault(fmt.Sprintf("%ssegments[%d]", base, i), "must not be the segment of the audience: nobody would be left")
	}
	c.within(e)
}

// within checks the period of the frequency guard and its campaigns.
func (c *checking) within(e *Exclude) {
	const path = "exclude.campaigns_within"
	if e.Within == "" && e.Campaigns == nil {
		return
	}
	e.Within = words.VisibleText(e.Within)
	now := time.Now().Truncate(time.Millisecond)
	since, wrong := c.calendar.Before(e.Within, now)
	switch {
	case wrong != "":
		c.fault(path, "%s", wrong)
	case !since.Before(now):
		c.fault(path, "must be longer than nothing")
	}
	if e.Campaigns == nil {
		return
	}
	if len(e.Campaigns) == 0 || len(e.Campaigns) > MaxExcluded {
		c.fault(path+".campaigns", "must have 1 to %d items", MaxExcluded)
		return
	}
	for i, name := range e.Campaigns {
		at := fmt.Sprintf("%s.campaigns[%d]", path, i)
		e.Campaigns[i] = c.campaign(at, name)
		if slices.Contains(e.Campaigns[:i], e.Campaigns[i]) {
			c.fault(at, "is named twice")
		}
	}
}
