// Package companies is companies, the organisations that contacts belong to, and their use
// cases: how their fields are declared, their record, and the rules by which they are made,
// found and merged.
package companies
