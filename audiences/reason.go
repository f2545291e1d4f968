package audiences

// Reason says why a contact has no row, or why a row is left out.
type Reason string

// The reasons. Of those that apply to a contact the first one counts.
const (
	Deleted        Reason = "deleted"         // it does not exist any more
	Merged         Reason = "merged"          // another one has absorbed it
	Blocked        Reason = "blocked"         // it is blocked
	Unsubscribed   Reason = "unsubscribed"    // it does not want to be written to on the channel
	Suppressed     Reason = "suppressed"      // nothing is sent to its addresses of the channel
	Unreachable    Reason = "unreachable"     // it has no address of the channel
	Excluded       Reason = "excluded"        // it is in a segment or an audience that is excluded
	RecentCampaign Reason = "recent_campaign" // another audience had it not long ago
	DoubleAddress  Reason = "double_address"  // another contact of the audience has its address
)

// Listed are the reasons of which an audience can say whom they hold back. Of the others there is no
// contact any more that could be shown.
var Listed = []Reason{Blocked, Unsubscribed, Suppressed, Unreachable, Excluded, RecentCampaign, DoubleAddress}

// count adds to the numbers by reason, and leaves out those that are 0.
func count(by map[Reason]uint64, why Reason, n uint64) {
	if n > 0 {
		by[why] += n
	}
}
