package columns

// organisationColumns are the columns of companies that the code asks for by name.
type organisationColumns struct {
	name, identifier, country, city *textColumn
	domains, labels, aliases        *setColumn
	seen                            *numberColumn // when one of its contacts was last seen
}

func organisationColumnsOf(t *table) organisationColumns {
	text, set := columnOf[*textColumn], columnOf[*setColumn]
	return organisationColumns{
		name: text(t, "name"), identifier: text(t, "identifier"), country: text(t, "country"), city: text(t, "city"),
		domains: set(t, "domains"), labels: set(t, "labels"), aliases: set(t, aliasColumn),
		seen: columnOf[*numberColumn](t, "last_seen_at"),
	}
}

// named is View.Named of a company.
func (c *organisationColumns) named(row uint32) Person {
	return Person{IsCompany: true, Name: c.name.text(row), Identifier: c.identifier.text(row), LastSeenAt: instantOrNever(c.seen.get(row))}
}

// whole is View.Person of a company.
func (c *organisationColumns) whole(row uint32) Person {
	p := c.named(row)
	p.Country, p.City = c.country.text(row), c.city.text(row)
	p.Domains, p.Labels = c.domains.list(c.domains.codes.get(row)), c.labels.list(c.labels.codes.get(row))
	p.Absorbed = aliases(c.aliases, row)
	return p
}

// instantOrNever is an instant in milliseconds since 1970, 0 when it is missing.
func instantOrNever(n int64) int64 {
	if n == none {
		return 0
	}
	return n
}
