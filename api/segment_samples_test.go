package api

var segmentSamples = samples{
	heavy: []string{"pick-members", "exclude-members"},
	writes: func(h *harness) []write {
		segment, contact := "/v1/segments/"+h.segment("Picked", "Nairobi").ID, h.create(object{"name": "Picked"}).ID
		return []write{
			{"pick-members", "POST", segment + "/members", object{"add": []string{contact}}, 200},
			{"exclude-members", "POST", segment + "/exclusions", object{"add": []string{contact}}, 200},
		}
	},
	one: func(h *harness) (path, route string) {
		return "/segments/" + h.segment("Another", "Nairobi").ID, "/segments/:id"
	},
}
