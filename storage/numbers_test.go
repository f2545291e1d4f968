package storage

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
)

// TestNumbersOfRecordsStay pins the numbers that stand in data folders: in keys,
// records, history, the log and receipts. A number that moved would give the
// records of yesterday another meaning.
func TestNumbersOfRecordsStay(t *testing.T) {
	require.Equal(t, []fault.ErrorKind{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, []fault.ErrorKind{
		fault.KindInternal, fault.KindMalformed, fault.KindUnauthorized, fault.KindForbidden,
		fault.KindNotFound, fault.KindConflict, fault.KindGone, fault.KindPrecondition,
		fault.KindTooLarge, fault.KindInvalid, fault.KindUnavailable, fault.KindTooMany,
	}, "in receipts")
	require.Equal(t, []fields.ValueKind{0, 1, 2, 3, 4, 5}, []fields.ValueKind{
		fields.Missing, fields.KindText, fields.KindNumber, fields.KindInt, fields.KindBool, fields.KindList,
	}, "in contacts and history")
	require.Equal(t, []contacts.Op{1, 2, 3, 4, 5, 6, 7}, []contacts.Op{
		contacts.OpCreate, contacts.OpUpdate, contacts.OpDelete, contacts.OpMerge,
		contacts.OpRestore, contacts.OpBlock, contacts.OpUnblock,
	}, "in the log and in history")
	require.Equal(t, []fields.FieldType{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}, []fields.FieldType{
		fields.FieldText, fields.FieldLink, fields.FieldEmail, fields.FieldPhone, fields.FieldID, fields.FieldOption,
		fields.FieldMany, fields.FieldNumber, fields.FieldCurrency, fields.FieldDate, fields.FieldInstant,
		fields.FieldCheckbox, fields.FieldSegment,
	}, "in history")
	require.Equal(t, []contacts.ClaimKind{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, []contacts.ClaimKind{
		contacts.ClaimID, contacts.ClaimEmail, contacts.ClaimPhone, contacts.ClaimIdentifier,
		contacts.ClaimCompanyID, contacts.ClaimCompanyName, contacts.ClaimMerge,
		contacts.ClaimCompanyDomain, contacts.ClaimContactValue, contacts.ClaimCompanyIdentifier, contacts.ClaimCompanyMerge,
		contacts.ClaimCompanyValue,
	}, "in the keys of claims")
}
