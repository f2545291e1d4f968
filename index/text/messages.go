package text

import (
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// MessageDocuments are those of messages. Each stands for its conversation. It has the words of the
// text and of the names of the attachments.
func MessageDocuments(s ledger.Records) Documents {
	return writing{
		store: s, kind: conversations.MessageKind, above: []fields.Entity{fields.EntityConversation, fields.EntityContact},
		texts: func(r ledger.Record) []string { return r.(*conversations.Message).Texts() },
	}.documents("message_text", "1", byOwner)
}
