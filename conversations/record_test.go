package conversations

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/ledger/ledgertest"
)

func TestRecordsOfConversations(t *testing.T) { ledgertest.CheckRecords(t, Kind) }

func TestRecordsOfMessages(t *testing.T) { ledgertest.CheckRecords(t, MessageKind) }

func TestRecordsOfHeldMessages(t *testing.T) { ledgertest.CheckRecords(t, HeldKind) }

func FuzzDecodeHeld(f *testing.F) { ledgertest.FuzzRecords(f, HeldKind) }

func FuzzDecodeConversation(f *testing.F) { ledgertest.FuzzRecords(f, Kind) }

func FuzzDecodeMessage(f *testing.F) { ledgertest.FuzzRecords(f, MessageKind) }

// TestFieldsOfAVersionStay holds the fields and the version of records together.
func TestFieldsOfAVersionStay(t *testing.T) {
	ledgertest.RecordStays(t, Kind, 1, "a4b5956202f317e2")
	ledgertest.RecordStays(t, MessageKind, 1, "0016dc6716ffd81c")
	ledgertest.RecordStays(t, HeldKind, 1, "b070f0aa01a84e41")
}

// TestNumbersStay pins the numbers that stand in records and keys. A number that moved would give
// the records of yesterday another meaning.
func TestNumbersStay(t *testing.T) {
	require.Equal(t, []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21}, []int{
		versionNumber, idNumber, channelNumber, statusNumber, priorityNumber, subjectNumber, labelsNumber, assigneeNumber, teamNumber, satisfactionNumber,
		attributesNumber, messagesNumber, inboundNumber, createdNumber, updatedNumber, lastMessageNumber, lastInboundNumber, firstReplyNumber, lastReplyNumber,
		resolvedNumber, snoozedNumber,
	})
	require.Equal(t, []int{1, 2, 3, 4, 5, 6, 7, 8}, []int{
		messageVersionNumber, messageIDNumber, messageChannelNumber, messageAuthorNumber, messageAuthorNameNumber, messageSourceNumber, messageTextNumber,
		messageAttachmentsNumber,
	})
	require.Equal(t, []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}, []int{
		heldVersionNumber, heldIDNumber, heldChannelNumber, heldSourceNumber, heldTextNumber, heldAttachmentsNumber, heldSubjectNumber, heldLabelsNumber,
		heldSenderNumber, heldIdentifierNumber, heldEmailNumber, heldPhoneNumber, heldNameNumber,
	})
	require.Equal(t, []string{"open", "pending", "snoozed", "resolved"}, []string{Status(1).String(), Status(2).String(), Status(3).String(), Status(4).String()})
	require.Equal(t, []string{"low", "medium", "high", "urgent", ""}, []string{Priority(1).String(), Priority(2).String(), Priority(3).String(), Priority(4).String(), Priority(5).String()})
	require.Equal(t, []string{"contact", "agent", "ai", "rule", "system"}, []string{
		AuthorKind(1).String(), AuthorKind(2).String(), AuthorKind(3).String(), AuthorKind(4).String(), AuthorKind(5).String(),
	})
	require.Equal(t, "whatsapp\x00a:B", sourceClaim(14, "a:B").Value)
}

func TestAMessageIsFoundByItsTextAndItsFiles(t *testing.T) {
	m := Message{Text: "see here", Attachments: []Attachment{{URL: "https://example.com/1", Name: "invoice.pdf"}, {Name: "photo.jpg"}}}
	require.Equal(t, []string{"see here", "invoice.pdf", "photo.jpg"}, m.Texts())
}
