package terms

import (
	"math/bits"
	"strings"

	"github.com/ndoto/kundi/words"
)

// legalForms are words and abbreviations that say what a firm is by law. People leave
// them out, or write another one.
var legalForms = setOf(`ltd limited llc llp lp lllp inc incorporated corp corporation co company cie plc pty pvt private prc
	gmbh ggmbh mbh ag kg kgaa ohg gbr ug ev eg se haftungsbeschrankt
	sa sas sasu sarl eurl snc sci scop sca selarl cv nv bv bvba srl sprl vof spa sapa snc scarl ltda eireli epp sl slu slne sll sau sc sdad
	ab as asa aps oy oyj hb kb hf ehf ks ans
	sp zoo oo spzoo spj ska sro kft zrt nyrt bt doo dd ad ead eood ood srls
	ooo oao zao pao ao ip tov pat jsc cjsc ojsc llp ооо оао зао пао ао ип тов
	kk gk yk bhd sdn pt tbk cv pte coltd jsc tnhh
	wll fzc fze fzco dmcc psc saog saoc ngo npo cbo sacco cic cio rlc holding holdings group`)

// fillers are words that names of organisations have between others, and that people
// leave out.
var fillers = setOf(`the and of for und fur der die das et du des la le les de y e del los el i di da do dos das na wa ya za en van het og och ja z`)

// shortWords are short forms of words in names of organisations.
var shortWords = map[string]string{
	"intl": "international", "natl": "national", "mfg": "manufacturing", "mgmt": "management", "mgt": "management", "bros": "brothers",
	"assoc": "associates", "svc": "service", "svcs": "services", "sys": "systems", "tech": "technologies", "technology": "technologies",
	"grp": "group", "hldgs": "holdings", "ctr": "center", "centre": "center", "dept": "department", "govt": "government",
	"univ": "university", "uni": "university", "hosp": "hospital", "ins": "insurance", "eng": "engineering", "engg": "engineering",
	"constr": "construction", "dev": "development", "devt": "development", "ent": "enterprises", "entps": "enterprises",
	"enterprise": "enterprises", "prod": "productions", "pharm": "pharmacy", "pharma": "pharmaceuticals", "agro": "agricultural",
	"telecom": "telecommunications", "comms": "communications", "elec": "electrical", "fin": "financial", "inst": "institute",
	"lab": "laboratory", "labs": "laboratories", "mkt": "market", "mktg": "marketing", "sch": "school", "trans": "transport",
	"st": "saint", "mt": "mount", "bk": "bank", "bnk": "bank", "coop": "cooperative", "intercontl": "intercontinental",
}

// longWords are the words that have short forms, with those.
var longWords = func() map[string][]string {
	long := map[string][]string{}
	for short, word := range shortWords {
		long[word] = append(long[word], short)
	}
	return long
}()

func setOf(list string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(list) {
		set[word] = true
	}
	return set
}

// IsLegalForm reports whether a folded word is the legal form of a firm: ltd, gmbh.
func IsLegalForm(word string) bool { return legalForms[word] }

// IsFiller reports whether a folded word only joins other words in names of
// organisations: and, of.
func IsFiller(word string) bool { return fillers[word] }

// OtherForms returns the short and the long forms of a folded word in names of
// organisations: intl for international, and the reverse. Two short forms of one word
// are forms of each other. The list is not sorted. It is nil if there is none.
func OtherForms(word string) []string {
	long, short := shortWords[word]
	if !short {
		return longWords[word]
	}
	others := []string{long}
	for _, other := range longWords[long] {
		if other != word {
			others = append(others, other)
		}
	}
	return others
}

// maxTelling is the number of words of a name that Telling looks at.
const maxTelling = 64

// Telling returns which words of the name of an organisation tell it apart from
// others. Bit n stands for word n. All words do, except legal form and fillers; if
// nothing else would be left, all words do. all has a bit for each word. tokens are
// those of words.SearchTokens.
func Telling(tokens []words.Token) (telling, all uint64) {
	var left uint64
	for _, t := range tokens {
		if t.Word+t.Words > maxTelling {
			continue
		}
		mask := (uint64(1)<<t.Words - 1) << t.Word
		all |= mask
		if legalForms[t.Text] || fillers[t.Text] && t.Words == 1 {
			left |= mask
		}
	}
	if telling = all &^ left; telling == 0 {
		return all, all
	}
	return telling, all
}

// minInitials is the number of words from which their first letters are an abbreviation.
const minInitials = 3

// Initials returns the abbreviations of the name of an organisation: the first letters
// of its words without fillers and legal form, and the same with its fillers. An
// abbreviation has at least three letters: Bank of America is boa. A name with a word
// of another script has none.
func Initials(tokens []words.Token) []string {
	telling, _ := Telling(tokens)
	var without, with strings.Builder
	next := 0
	for _, t := range tokens {
		if t.Words != 1 || t.Word != next || t.Word >= maxTelling {
			continue
		}
		next++
		first := t.Text[0]
		if !(first >= 'a' && first <= 'z' || first >= '0' && first <= '9') {
			return nil
		}
		switch {
		case telling&(1<<t.Word) != 0:
			without.WriteByte(first)
			with.WriteByte(first)
		case fillers[t.Text]:
			with.WriteByte(first)
		}
	}
	var out []string
	if without.Len() >= minInitials {
		out = append(out, without.String())
	}
	if with.Len() >= minInitials && with.String() != without.String() && bits.OnesCount64(telling) > 1 {
		out = append(out, with.String())
	}
	return out
}
