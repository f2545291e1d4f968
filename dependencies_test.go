package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/ndoto/kundi/"

// mayImport is the layout of the module: which packages of ours a package may
// import, by its first folder. Arrows point one way: the domain knows no
// technology, the packages around it do not know each other, and only app sees
// everything. Packages below a folder count as that folder, but for those that
// have a line of their own: api/wire, which serves nouns and knows none, and the
// parts of the index.
var mayImport = map[string][]string{
	"fault":             {},
	"words":             {},
	"workers":           {},
	"repeatable":        {},
	"strictjson":        {"fault"},
	"fields":            {"fault", "words", "spelling"},
	"codec":             {"fields"},
	"ledger":            {"fault", "words", "fields", "codec"},
	"contacts":          {"fault", "words", "fields", "workers", "codec", "ledger"},
	"filter":            {"fault", "words", "fields"},
	"filter/cel":        {"fault", "fields", "filter"},
	"filter/filtertest": {"words", "fields", "ledger", "audiences", "contacts", "companies", "conversations", "notes", "filter"},
	"workspace":         {"fault", "words", "fields", "ledger"},
	"ledger/ledgertest": {"fault", "fields", "ledger"},
	"sheets":            {},
	"spelling":          {},
	"companies":         {"fault", "words", "fields", "codec", "ledger"},
	"conversations":     {"fault", "words", "fields", "codec", "ledger"},
	"notes":             {"fault", "fields", "codec", "ledger"},
	"timeline":          {"fault", "fields", "ledger", "contacts", "conversations", "notes", "watch", "audiences"},
	"dossier":           {"fields", "ledger", "audiences", "contacts", "companies", "conversations", "notes", "watch"},
	"explain":           {"fields", "ledger", "audiences", "contacts", "companies", "conversations", "notes", "filter", "segments", "watch"},
	"watch":             {"fault", "fields", "workers", "codec", "ledger", "contacts", "filter", "segments"},
	"storage":           {"fault", "fields", "workers", "codec", "ledger"},
	"index/terms":       {"words"},
	"index/durable":     {},
	"index/columns":     {"fault", "words", "fields", "workers", "ledger", "filter"},
	"index/text":        {"fault", "words", "fields", "ledger", "contacts", "companies", "conversations", "notes", "index/durable", "index/terms"},
	"index/search":      {"fault", "words", "fields", "workers", "ledger", "contacts", "filter", "index/columns", "index/terms", "index/text"},
	"index/indextest":   {"fault", "fields", "ledger", "contacts", "companies", "conversations"},
	"index":             {"fault", "fields", "workers", "ledger", "filter", "index/columns", "index/durable", "index/text", "index/search"},
	"audiences":         {"fault", "words", "fields", "codec", "ledger"},
	"segments":          {"fault", "words", "fields", "codec", "ledger", "filter"},
	"scheduler":         {"fault", "fields", "ledger"},
	"access":            {"fault", "words", "fields", "ledger"},
	"web":               {},
	"fixtures":          {"words", "fields", "contacts"},
	"imports":           {"fault", "words", "fields", "workers", "strictjson", "ledger", "contacts", "conversations", "sheets", "spelling"},
	"api/wire":          {"fault", "strictjson", "fields", "workers", "ledger", "access"},
	"api":               {"api/wire", "fault", "strictjson", "fields", "ledger", "contacts", "companies", "conversations", "notes", "timeline", "dossier", "explain", "watch", "workspace", "filter", "filter/cel", "segments", "audiences", "scheduler", "index", "index/search", "access", "sheets", "spelling"},
	"app/adapters":      {"fields", "ledger", "contacts", "timeline", "watch", "filter", "storage", "index", "segments", "audiences", "scheduler"},
	"app":               {"app/adapters", "fields", "ledger", "filter", "contacts", "companies", "conversations", "notes", "timeline", "dossier", "explain", "watch", "workspace", "storage", "index", "index/text", "segments", "audiences", "scheduler", "access", "fixtures", "imports", "web", "api", "api/wire"},
	"perf":              {"words", "fields", "ledger", "contacts", "companies", "conversations", "filter", "segments", "audiences", "index", "index/columns", "index/search", "access", "fixtures", "app"},
	"eval":              {"fault"},
	"cli":               {"fault", "fields", "ledger", "contacts", "workspace", "filter", "segments", "fixtures", "imports", "access", "app", "perf", "eval", "spelling"},
	"":                  {"cli"},
}

// confined are technologies that only one folder may know, with the folders below
// it.
var confined = map[string]string{
	"github.com/dgraph-io/badger":     "storage",
	"github.com/blevesearch/bleve":    "index/text",
	"github.com/gin-gonic/gin":        "api/wire",
	"github.com/danielgtaylor/huma":   "api",
	"github.com/robfig/cron":          "scheduler",
	"cel.dev/cel-go":                  "filter/cel",
	"github.com/alecthomas/kong":      "cli",
	"github.com/nyaruka/phonenumbers": "fields",
}

// nouns are the packages that each have one kind of thing a user knows, and its use cases.
var nouns = []string{"contacts", "companies", "conversations", "notes", "workspace", "segments", "audiences", "access"}

// knowNoNoun are the packages that work with records of every kind, and so with those of a
// noun that is yet to come.
var knowNoNoun = []string{
	"fields", "codec", "ledger", "ledger/ledgertest", "storage", "filter", "filter/cel", "index/columns", "index", "scheduler", "api/wire",
}

// TestNounsStandAlone: no noun may import another one, and what is below them may import
// none. api/wire knows keys, for it asks who a caller is.
func TestNounsStandAlone(t *testing.T) {
	for _, name := range append(slices.Clone(nouns), knowNoNoun...) {
		allowed, listed := mayImport[name]
		require.True(t, listed, name)
		for _, noun := range nouns {
			if name != "api/wire" || noun != "access" {
				require.NotContains(t, allowed, noun, "what %s may import", name)
			}
		}
	}
}

func TestDependenciesPointOneWay(t *testing.T) {
	for _, p := range listPackages(t) {
		from, known := folder(p.ImportPath)
		require.True(t, known, "%s is in no folder of the layout: add it to mayImport", p.ImportPath)
		for _, imported := range p.Imports {
			if to, ours := folder(imported); ours && to != from {
				require.Contains(t, mayImport[from], to, "%s must not import %s", p.ImportPath, imported)
			}
			for technology, owner := range confined {
				if strings.HasPrefix(imported, technology) {
					require.True(t, from == owner || strings.HasPrefix(from, owner+"/"), "%s must not import %s", p.ImportPath, imported)
				}
			}
		}
	}
}

// TestPackagesSayWhatTheyAre, in the first sentence of their documentation.
func TestPackagesSayWhatTheyAre(t *testing.T) {
	for _, p := range listPackages(t) {
		if p.Name != "main" {
			require.True(t, strings.HasPrefix(p.Doc, "Package "+p.Name+" "), "the documentation of %s begins with %q", p.ImportPath, p.Doc)
		}
	}
}

// TestRandomTestsAreRepeatable: no test may fail by chance.
func TestRandomTestsAreRepeatable(t *testing.T) {
	drawing := 0
	for _, p := range listPackages(t) {
		if imported := slices.Concat(p.TestImports, p.XTestImports); slices.Contains(imported, "pgregory.net/rapid") {
			drawing++
			require.Contains(t, imported, module+"repeatable", "a test file of %s must import it", p.ImportPath)
		}
	}
	require.Greater(t, drawing, 20, "go list found the tests")
}

// TestFilesAreShort enough to be read at once.
func TestFilesAreShort(t *testing.T) {
	const most = 500 // lines
	files := 0
	require.NoError(t, filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") {
			return err
		}
		files++
		text, err := os.ReadFile(path)
		require.LessOrEqual(t, bytes.Count(text, []byte("\n")), most, "lines of %s", path)
		return err
	}))
	require.Greater(t, files, 100, "the module was found")
}

type listedPackage struct {
	ImportPath string
	Name, Doc  string
	Imports    []string

	TestImports, XTestImports []string
}

func listPackages(t *testing.T) []listedPackage {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Name,Doc,Imports,TestImports,XTestImports", "./...").Output()
	require.NoError(t, err)
	var packages []listedPackage
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listedPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else {
			require.NoError(t, err)
		}
		packages = append(packages, p)
	}
	require.Greater(t, len(packages), 5, "go list found the module")
	return packages
}

// folder returns the folder of the layout that a package belongs to, the deepest
// that has a line; ours is false when it is no package of this module or in no
// folder of the layout.
func folder(importPath string) (name string, ours bool) {
	if importPath == strings.TrimSuffix(module, "/") {
		return "", true
	}
	rest, ours := strings.CutPrefix(importPath, module)
	if !ours {
		return "", false
	}
	for name = rest; name != ""; name = name[:max(0, strings.LastIndexByte(name, '/'))] {
		if _, listed := mayImport[name]; listed {
			return name, true
		}
	}
	return rest, false
}
