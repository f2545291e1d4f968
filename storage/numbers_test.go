package storage

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
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
	require.Equal(t, []ledger.Op{1, 2, 3, 4, 5, 6, 7}, []ledger.Op{
		ledger.OpCreate, ledger.OpUpdate, ledger.OpDelete, ledger.OpMerge,
		ledger.OpRestore, ledger.OpBlock, ledger.OpUnblock,
	}, "in the log and in history")
	require.Equal(t, []fields.FieldType{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}, []fields.FieldType{
		fields.FieldText, fields.FieldLink, fields.FieldEmail, fields.FieldPhone, fields.FieldID, fields.FieldOption,
		fields.FieldMany, fields.FieldNumber, fields.FieldCurrency, fields.FieldDate, fields.FieldInstant,
		fields.FieldCheckbox, fields.FieldSegment,
	}, "in history")
	require.Equal(t, []ledger.ClaimKind{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, []ledger.ClaimKind{
		contacts.ClaimID, contacts.ClaimEmail, contacts.ClaimPhone, contacts.ClaimIdentifier,
		companies.ClaimID, companies.ClaimName, contacts.ClaimMerge,
		companies.ClaimDomain, contacts.ClaimValue, companies.ClaimIdentifier, companies.ClaimMerge,
		companies.ClaimValue,
	}, "in the keys of claims")
}
