package imports

import "github.com/ndoto/kundi/contacts"

// aliases are the fields for names of columns that other programs write. The names
// are reduced by plain. The field is "" for a value that Kundi sets itself. An
// attribute with the same key or label replaces an alias.
var aliases = map[string]string{
	"externalid": "identifier", "customerid": "identifier", "contactid": "identifier", "userid": "identifier", "recordid": "identifier", "uuid": "identifier",
	"fullname": "name", "displayname": "name", "contactname": "name",
	"givenname": "first_name", "forename": "first_name", "firstname": "first_name", "vorname": "first_name", "prenom": "first_name",
	"surname": "last_name", "familyname": "last_name", "lastname": "last_name", "nachname": "last_name", "apellidos": "last_name", "cognome": "last_name",
	"emailaddress": "email", "mail": "email", "primaryemail": "email", "emailadresse": "email", "correoelectronico": "email", "adresseemail": "email", "emailaddresses": "emails",
	"phonenumber": "phone", "phonenumbers": "phones", "mobile": "phone", "mobilephone": "phone", "mobilenumber": "phone", "mobilephonenumber": "phone", "telephone": "phone", "tel": "phone",
	"cell": "phone", "cellphone": "phone", "primaryphone": "phone", "telefon": "phone", "telefono": "phone", "telefone": "phone", "whatsappnumber": "phone",
	"countrycode": "country", "countryregion": "country", "land": "country", "pays": "country", "pais": "country", "town": "city", "ville": "city", "ciudad": "city",
	"companyname": "company", "organisation": "company", "organization": "company", "organizationname": "company", "account": "company", "accountname": "company",
	"tags": "labels", "label": "labels", "channel": "channels", "contacttype": "type",
	"created": "created_at", "createdon": "created_at", "createdate": "created_at", "signedupat": "created_at",
	"lastseen": "last_seen_at", "lastactivity": "last_seen_at", "lastactive": "last_seen_at",

	"blocked": "", "reachable": "", "updatedat": "", "version": "", "absorbed": "",
	"conversationscount": "", "openconversations": "", "lastmessageat": "", "firstreplyat": "", "lastreplyat": "",
}

// addressLists are the fields of all addresses of a contact. No filter knows them.
var addressLists = []string{"emails", "phones"}

// writableFields are the standard fields that a file may set. "id" is the id of an
// existing contact, or else an identifier.
func writableFields() []string {
	fields := append([]string{"company"}, addressLists...)
	for _, f := range contacts.StandardFields {
		if f.Name == "id" || f.Standard.Settable() {
			fields = append(fields, f.Name)
		}
	}
	return fields
}
