package ledger

// Collection is a set of small documents beside the records. A document is a key and bytes.
// The package that owns the collection declares it and encodes its documents.
type Collection struct {
	// Name stands in data folders. No other collection has it or had it.
	Name string
	// Unlogged says that writing a document makes no entry in the log, so it has no sequence
	// number and no follower hears of it.
	Unlogged bool
}

// The collections of what is so for records of every kind. Nouns declare their own.
var (
	AttributeDefinitions = Collection{Name: "attribute"} // JSON of fields.AttributeDefinition, by key
	SettingsDoc          = Collection{Name: "settings"}  // JSON of Settings, under the key "workspace"
	LabelNames           = Collection{Name: "label"}     // what labels were called before, under one key
	Blocks               = Collection{Name: "block"}     // claims that stay blocked, by keyed hash, see Tx.Blocked

	Suppressions = Collection{Name: "suppression"} // addresses to which nothing is sent, by keyed hash, see Tx.Suppressed

	Receipts     = Collection{Name: "receipt", Unlogged: true}  // an answer to repeat, see Once
	HistoryState = Collection{Name: "history", Unlogged: true}  // how far retention has come
	Renamings    = Collection{Name: "renaming", Unlogged: true} // options and labels whose records are being brought up to date
	Claimings    = Collection{Name: "claiming", Unlogged: true} // attributes whose values are being claimed, by number
)

// AttributeCounter is the counter behind AttributeDefinition.Number.
const AttributeCounter = "attribute"
