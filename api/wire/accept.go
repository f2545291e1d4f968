package wire

import (
	"context"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Media types of lists, beside JSON.
const (
	NDJSONMedia = "application/x-ndjson"
	CSVMedia    = "text/csv"
)

// negotiate picks one of the media types that are offered by the header Accept
// (RFC 9110, 12.5.1): the one with the highest quality; of equals the one that
// is named itself, then the one that is named first. Without the header it is
// the first that is offered, and false when none will do.
func negotiate(accept string, offered []string) (media string, ok bool) {
	ranges := mediaRanges(accept)
	if len(ranges) == 0 {
		return offered[0], true
	}
	var best acceptance
	for _, candidate := range offered {
		if a := acceptanceOf(candidate, ranges); a.quality > 0 && (media == "" || a.before(best)) {
			media, best = candidate, a
		}
	}
	return media, media != ""
}

// mediaRange is one entry of a header Accept.
type mediaRange struct {
	media   string // "text/csv", "text/*" or "*/*"
	quality float64
}

// mediaRanges reads a header Accept. Entries that cannot be read are left out.
func mediaRanges(accept string) (ranges []mediaRange) {
	for entry := range strings.SplitSeq(accept, ",") {
		media, params, err := mime.ParseMediaType(entry)
		if err != nil {
			continue
		}
		if media == "application/ndjson" || media == "application/jsonl" {
			media = NDJSONMedia
		}
		quality := 1.0
		if text, given := params["q"]; given {
			if quality, err = strconv.ParseFloat(text, 64); err != nil {
				continue
			}
		}
		ranges = append(ranges, mediaRange{media, quality})
	}
	return ranges
}

// acceptance is how welcome a media type is.
type acceptance struct {
	quality  float64
	specific int // 2 named itself, 1 by its family, 0 like anything
	place    int // in the header
}

// acceptanceOf is that of the most specific range that takes the media type in.
func acceptanceOf(media string, ranges []mediaRange) acceptance {
	family, _, _ := strings.Cut(media, "/")
	for specific, name := range []string{media, family + "/*", "*/*"} {
		if place := slices.IndexFunc(ranges, func(r mediaRange) bool { return r.media == name }); place >= 0 {
			return acceptance{quality: ranges[place].quality, specific: 2 - specific, place: place}
		}
	}
	return acceptance{}
}

func (a acceptance) before(b acceptance) bool {
	switch {
	case a.quality != b.quality:
		return a.quality > b.quality
	case a.specific != b.specific:
		return a.specific > b.specific
	default:
		return a.specific > 0 && a.place < b.place
	}
}

// notAcceptable refuses to answer in a form that there is not.
func notAcceptable(offered []string) *Problem {
	what := "one of them"
	if len(offered) == 1 {
		what = "it"
	}
	return NewProblem(http.StatusNotAcceptable, "not-acceptable", "This is answered as "+strings.Join(offered, ", ")+". Name "+what+" in the header Accept, or send no such header.")
}

// MediaOf returns the media type in which a request is answered: one that its
// operation offers.
func MediaOf(ctx context.Context) string { return VisitOf(ctx).media }
