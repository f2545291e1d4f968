package api

var segmentSamples = samples{
	heavy: []string{"pick-members", "exclude-members", "list-segment-versions", "restore-segment-version", "duplicate-segment", "list-contact-segments", "combine-segments"},
	writes: func(h *harness) []write {
		segment, contact := "/v1/segments/"+h.segment("Picked", "Nairobi").ID, h.create(object{"name": "Picked"}).ID
		return []write{
			{"pick-members", "POST", segment + "/members", object{"add": []string{contact}}, 200},
			{"exclude-members", "POST", segment + "/exclusions", object{"add": []string{contact}}, 200},
			{"restore-segment-version", "POST", segment + "/versions/1/restore", nil, 200},
			{"duplicate-segment", "POST", segment + "/duplicate", nil, 201},
		}
	},
	one: func(h *harness) (path, route string) {
		return "/segments/" + h.segment("Another", "Nairobi").ID, "/segments/:id"
	},
}
