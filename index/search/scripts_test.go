package search

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fixtures"
)

// manyScripts are people among whom TestSearchInAnyScript looks, by identifier: their names.
var manyScripts = map[string]string{
	"xiaoming": "王小明", "other xiaoming": "萧明", "another ming": "赵明", "ouyang": "欧阳志强", "chan": "陳大文", "tsai": "Tsai Chih-wei",
	"ali": "علي حسن", "latin ali": "Ali Hassan", "alo": "Alo Hassan", "layla": "ليلى مراد", "noa": "נועה כהן", "ruth": "רות לוי",
	"rahman": "عبد الرحمن خليل", "one word": "عبدالرحمن صالح", "latin rahman": "Abdul Rahman Haddad", "nureddin": "نور الدين بن يوسف",
	"lakshmi": "लक्ष्मी वाडेकर", "venkata": "వెంకట రావు", "yamada": "山田太郎", "sato": "佐藤美咲", "otani": "大谷健一", "kana": "たなかはなこ", "hiroki": "Tanaka Hiroki",
	"kim": "김민수", "choi": "최영희", "gorbachev": "Пётр Горбачёв", "tchaikovsky": "Илья Чайковский", "chatzis": "Γιώργος Χατζής",
	"unicorn": "🦄", "unicorn sam": "🦄 Sam", "fernanda": "MariaFernanda Ruiz", "mcdonald": "Ronald McDonald", "deshawn": "DeShawn Miller",
	"shawn": "Shawn Ruiz", "cyrillic maria": "Мария Смирнова", "latin maria": "Maria Smirnova", "latin xiaoming": "Xiaoming Zuberi",
}

func TestSearchInAnyScript(t *testing.T) {
	var people []fixtures.Person
	for _, key := range slices.Sorted(maps.Keys(manyScripts)) {
		people = append(people, fixtures.Person{Type: contacts.TypeCustomer, Identifier: key, Name: manyScripts[key]})
	}
	g := fixtures.New(11, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	for i := range neighbours {
		people = append(people, g.Person(i))
	}
	x, identifiers := newTown(t, people)
	for _, test := range []struct {
		what, query string
		want        []string // the first hits, in order
	}{
		{"the same characters before the same reading", "小明", []string{"xiaoming", "latin xiaoming"}},
		{"characters for Latin letters", "蔡志偉", []string{"tsai"}},
		{"compound family name", "ouyang zhiqiang", []string{"ouyang"}},
		{"compound family name in traditional characters", "歐陽志強", []string{"ouyang"}},
		{"Cantonese, not a title", "chan tai man", []string{"chan"}},
		{"Wade-Giles", "wang hsiao-ming", []string{"xiaoming"}},
		{"what is written so before what is read so", "ali hassan", []string{"latin ali", "ali"}},
		{"Latin for a name of Arabic before another one letter away", "علي حسن", []string{"ali", "latin ali"}},
		{"two consonants", "layla murad", []string{"layla"}},
		{"one consonant", "noa cohen", []string{"noa"}},
		{"Hebrew in Latin", "ruth levi", []string{"ruth"}},
		{"two words as one", "abdulrahman khalil", []string{"rahman"}},
		{"one word as two", "abdul rahman saleh", []string{"one word"}},
		{"Arabic in one word for two of Latin", "عبدالرحمن حداد", []string{"latin rahman"}},
		{"what is written as one with the word before", "noureddine ben youssef", []string{"nureddin"}},
		{"ksh as x", "laxmi wadekar", []string{"lakshmi"}},
		{"ending of the south", "venkata rao", []string{"venkata"}},
		{"Japanese by reading", "yamada tarō", []string{"yamada"}},
		{"Japanese in another order, long vowel", "misaki satoh", []string{"sato"}},
		{"long vowel with an h", "ohtani kenichi", []string{"otani"}},
		{"kana for characters", "やまだたろう", []string{"yamada"}},
		{"katakana for hiragana", "タナカハナコ", []string{"kana"}},
		{"Latin for kana in one word", "hanako tanaka", []string{"kana"}},
		{"characters for Latin in one word", "田中裕樹", []string{"hiroki"}},
		{"Korean as people write it", "minsoo kim", []string{"kim"}},
		{"Korean family name", "choe yeong-hui", []string{"choi"}},
		{"German way", "gorbatschow", []string{"gorbachev"}},
		{"English way", "tchaikovsky", []string{"tchaikovsky"}},
		{"Greek as said", "yorgos hatzis", []string{"chatzis"}},
		{"Cyrillic before Latin", "мария смирнова", []string{"cyrillic maria", "latin maria"}},
		{"Latin before Cyrillic", "maria smirnova", []string{"latin maria", "cyrillic maria"}},
		{"emoji", "🦄", []string{"unicorn", "unicorn sam"}},
		{"emoji and a name", "sam 🦄", []string{"unicorn sam"}},
		{"capital within a word", "fernanda ruiz", []string{"fernanda"}},
		{"capital within a word, as it is", "mariafernanda", []string{"fernanda"}},
		{"capital within a family name", "mcdonald", []string{"mcdonald"}},
		{"capital within a first name", "shawn ruiz", []string{"shawn"}},
	} {
		t.Run(test.what, func(t *testing.T) {
			var got []string
			for _, h := range search(t, x, test.query).Hits {
				got = append(got, identifiers[h.Ordinal])
			}
			require.GreaterOrEqual(t, len(got), len(test.want), "%q found %v", test.query, got)
			require.Equal(t, test.want, got[:len(test.want)], "%q", test.query)
		})
	}
}
