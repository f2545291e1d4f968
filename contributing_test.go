package main

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestContributingNamesFilesThatAreThere: whoever moves a file tells CONTRIBUTING.md.
func TestContributingNamesFilesThatAreThere(t *testing.T) {
	text, err := os.ReadFile("CONTRIBUTING.md")
	require.NoError(t, err)
	named := regexp.MustCompile("`([a-zA-Z_/0-9]+\\.(?:go|md|json))`|\\]\\(([^)]+)\\)").FindAllSubmatch(text, -1)
	require.Greater(t, len(named), 40)
	for _, name := range named {
		require.FileExists(t, string(name[1])+string(name[2]))
	}
}
