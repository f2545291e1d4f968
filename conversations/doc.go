// Package conversations is what people write and what they are answered: conversations, which
// belong to a contact, and their messages, which belong to a conversation. It has their fields,
// their records, their rules and their use cases.
package conversations
