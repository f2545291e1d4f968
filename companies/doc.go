// Package companies is the use cases of companies: the organisations that contacts belong
// to. A company is a contacts.Company of the kind contacts.CompanyKind.
package companies
