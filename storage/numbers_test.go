package storage

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
)

// TestNumbersOfRecordsStay pins the numbers that stand in data folders: in keys,
// records, history, the log and receipts. A number that moved would give the
// records of yesterday another meaning.
func TestNumbersOfRecordsStay(t *testing.T) {
	require.Equal(t, []contacts.ErrorKind{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, []contacts.ErrorKind{
		contacts.KindInternal, contacts.KindMalformed, contacts.KindUnauthorized, contacts.KindForbidden,
		contacts.KindNotFound, contacts.KindConflict, contacts.KindGone, contacts.KindPrecondition,
		contacts.KindTooLarge, contacts.KindInvalid, contacts.KindUnavailable, contacts.KindTooMany,
	}, "in receipts")
	require.Equal(t, []contacts.ValueKind{0, 1, 2, 3, 4, 5}, []contacts.ValueKind{
		contacts.Missing, contacts.KindText, contacts.KindNumber, contacts.KindInt, contacts.KindBool, contacts.KindList,
	}, "in contacts and history")
	require.Equal(t, []contacts.Op{1, 2, 3, 4, 5, 6, 7}, []contacts.Op{
		contacts.OpCreate, contacts.OpUpdate, contacts.OpDelete, contacts.OpMerge,
		contacts.OpRestore, contacts.OpBlock, contacts.OpUnblock,
	}, "in the log and in history")
	require.Equal(t, []contacts.FieldType{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}, []contacts.FieldType{
		contacts.FieldText, contacts.FieldLink, contacts.FieldEmail, contacts.FieldPhone, contacts.FieldID, contacts.FieldOption,
		contacts.FieldMany, contacts.FieldNumber, contacts.FieldCurrency, contacts.FieldDate, contacts.FieldInstant,
		contacts.FieldCheckbox, contacts.FieldSegment,
	}, "in history")
	require.Equal(t, []contacts.ClaimKind{1, 2, 3, 4, 5, 6, 7, 8, 10, 11}, []contacts.ClaimKind{
		contacts.ClaimID, contacts.ClaimEmail, contacts.ClaimPhone, contacts.ClaimIdentifier,
		contacts.ClaimCompanyID, contacts.ClaimCompanyName, contacts.ClaimMerge,
		contacts.ClaimCompanyDomain, contacts.ClaimCompanyIdentifier, contacts.ClaimCompanyMerge,
	}, "in the keys of claims")
	require.Equal(t, []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20}, []int{
		contactVersion, contactID, contactType, contactName, contactFirstName, contactLastName, contactEmail,
		contactPhone, contactIdentifier, contactCountry, contactCompany, contactLabels, contactChannels,
		contactAttributes, contactCreated, contactUpdated, contactLastSeen, contactCity, contactBlocked, contactAbsorbed,
	}, "in contacts")
	require.Equal(t, []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}, []int{
		companyVersion, companyID, companyName, companyCreated, companyKept, companyTwin, companyDomains, companyIdentifier,
		companyCountry, companyCity, companyLabels, companyAttributes, companyUpdated, companyAbsorbed,
	}, "in companies")
}
