package enginetest_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEveryEngineRunsTheSuite finds the engines beside this package by their
// Apply method and looks for the call that holds them to the suite, and for
// anything that would leave a part of it out.
func TestEveryEngineRunsTheSuite(t *testing.T) {
	folders, err := os.ReadDir("..")
	require.NoError(t, err)
	engines := 0
	for _, folder := range folders {
		if !folder.IsDir() {
			continue
		}
		found := inspect(t, filepath.Join("..", folder.Name()))
		require.False(t, found.skips, "%s skips a test", folder.Name())
		if found.applies {
			engines++
			require.True(t, found.runs, "%s has an engine and does not run enginetest.Run", folder.Name())
		}
	}
	require.GreaterOrEqual(t, engines, 3, "badger, memory and faulty were expected")
}

type findings struct{ applies, runs, skips bool }

func inspect(t *testing.T, dir string) (f findings) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				f.applies = f.applies || n.Recv != nil && n.Name.Name == "Apply"
			case *ast.SelectorExpr:
				on, _ := n.X.(*ast.Ident)
				f.runs = f.runs || on != nil && on.Name == "enginetest" && n.Sel.Name == "Run" && strings.HasSuffix(name, "_test.go")
				f.skips = f.skips || n.Sel.Name == "Skip" || n.Sel.Name == "Skipf" || n.Sel.Name == "SkipNow" || n.Sel.Name == "Short"
			}
			return true
		})
	}
	return f
}
