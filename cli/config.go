package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/kong"

	"github.com/ndoto/kundi/spelling"
)

// configFile is the flag that names a JSON file with flags. Kong's own reader
// of such files takes what it does not know for nothing, and lets the file win
// over the environment.
type configFile string

// BeforeResolve reads the file and lets it answer for flags that neither the
// command line nor the environment sets.
func (configFile) BeforeResolve(c *kong.Context, trace *kong.Path) error {
	named := string(c.FlagValue(trace.Flag).(configFile))
	if named == "" { // a variable that is set to nothing
		return nil
	}
	path := kong.ExpandPath(named)
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("the configuration file cannot be read: %w", err)
	}
	values, err := readConfig(data, configurable(c.Flags()))
	if err != nil {
		return fmt.Errorf("the configuration file %s: %w", path, err)
	}
	c.AddResolver(kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		for _, name := range flag.Envs {
			if _, set := os.LookupEnv(name); set {
				return nil, nil
			}
		}
		return values[flag.Name], nil
	}))
	return nil
}

// configurable are the flags that a file may have, by name.
func configurable(flags []*kong.Flag) map[string]*kong.Flag {
	byName := map[string]*kong.Flag{}
	for _, flag := range flags {
		byName[flag.Name] = flag
	}
	for _, name := range []string{"config", "help", "version"} {
		delete(byName, name)
	}
	return byName
}

// readConfig returns what a file says of the flags, in the form in which kong
// takes it. Errors name the key, or the line and column.
func readConfig(data []byte, flags map[string]*kong.Flag) (map[string]any, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if err := checkJSON(data); err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if _, err := decoder.Token(); err != nil {
		return nil, err
	}
	values := map[string]any{}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		key := token.(string) // checkJSON has seen to it
		var value any
		if err := decoder.Decode(&value); err != nil {
			return nil, err
		}
		name := strings.ReplaceAll(key, "_", "-") // so that "time_zone" goes on working
		flag, known := flags[name]
		if !known {
			return nil, unknownKey(key, flags)
		}
		if _, twice := values[name]; twice {
			return nil, fmt.Errorf("the key %q is there twice", key)
		}
		if values[name], err = flagValue(flag, value); err != nil {
			return nil, fmt.Errorf("the key %q: %w", key, err)
		}
	}
	return values, nil
}

// checkJSON says where a file is no JSON object. Go's decoder would take what is no
// UTF-8 for another character.
func checkJSON(data []byte) error {
	if valid := validPrefix(data); valid < len(data) {
		line, column := position(data, valid)
		return fmt.Errorf("line %d, column %d: this is no UTF-8", line, column)
	}
	var object map[string]json.RawMessage
	err := json.Unmarshal(data, &object)
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		line, column := position(data, max(0, int(syntax.Offset)-1))
		if strings.HasPrefix(syntax.Error(), "unexpected end") {
			line, column = position(data, len(data))
		}
		return fmt.Errorf("line %d, column %d: this is no JSON: %w", line, column, err)
	case err != nil || object == nil:
		return errors.New(`must be a JSON object with flags by name, like {"listen": "127.0.0.1:8080"}`)
	}
	return nil
}

// validPrefix is how many bytes of a text are UTF-8, up to the first that are not.
func validPrefix(text []byte) (length int) {
	for length < len(text) {
		r, size := utf8.DecodeRune(text[length:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		length += size
	}
	return length
}

// position is the place of a byte as editors count, from 1, in characters.
func position(data []byte, offset int) (line, column int) {
	before := data[:min(offset, len(data))]
	start := bytes.LastIndexByte(before, '\n') + 1
	return bytes.Count(before, []byte("\n")) + 1, len([]rune(string(before[start:]))) + 1
}

// unknownKey is the error for a key that is no flag of the command.
func unknownKey(key string, flags map[string]*kong.Flag) error {
	var names []string
	for name, flag := range flags {
		if !flag.Hidden {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	if best := spelling.Nearest(strings.ToLower(key), names, 3); best != "" {
		return fmt.Errorf("the key %q is unknown; did you mean %q?", key, best)
	}
	return fmt.Errorf("the key %q is unknown; this command takes %s", key, strings.Join(names, ", "))
}

// misspelt says which variables of an environment are nearly one of the flags'
// and set nothing. They are no error: whoever starts the program may have
// variables of that kind for other reasons.
func misspelt(flags []*kong.Flag, environment []string) (warnings []string) {
	var known []string
	for _, flag := range flags {
		known = append(known, flag.Envs...)
	}
	for _, variable := range environment {
		name, _, _ := strings.Cut(variable, "=")
		if slices.Contains(known, name) {
			continue
		}
		if right := spelling.Nearest(strings.ToUpper(strings.ReplaceAll(name, "-", "_")), known, 2); right != "" {
			warnings = append(warnings, fmt.Sprintf("the variable %s of the environment is unknown; did you mean %s?", name, right))
		}
	}
	return warnings
}

// flagValue brings a JSON value into the form that kong takes, and has the
// flag try it.
func flagValue(flag *kong.Flag, value any) (any, error) {
	value, err := jsonOfFlag(flag, value)
	if err != nil {
		return nil, err
	}
	trial := reflect.New(flag.Target.Type()).Elem()
	if trial.Kind() == reflect.Pointer {
		trial.Set(reflect.New(trial.Type().Elem()))
	}
	scan := kong.Scan().PushTyped(value, kong.FlagValueToken)
	if err := flag.Mapper.Decode(&kong.DecodeContext{Value: flag.Value, Scan: scan}, trial); err != nil {
		return nil, err
	}
	return value, nil
}

// jsonOfFlag checks that a JSON value has the type of a flag. Numbers come as
// text, as on the command line.
func jsonOfFlag(flag *kong.Flag, value any) (any, error) {
	switch {
	case flag.IsBool():
		if _, ok := value.(bool); !ok {
			return nil, errors.New("must be true or false")
		}
		return value, nil
	case flag.IsMap():
		members, ok := value.(map[string]any)
		for _, member := range members {
			if _, isText := member.(string); !isText {
				ok = false
			}
		}
		if !ok {
			return nil, errors.New(`must be an object of texts, like {"a": "b"}`)
		}
		return value, nil
	case flag.IsSlice():
		if list, ok := value.([]any); ok {
			return jsonOfList(flag, list)
		}
	}
	text, fault := scalar(flag.Target.Kind(), value)
	if fault != "" && flag.IsSlice() {
		fault = "must be an array"
	}
	if fault != "" {
		return nil, errors.New(fault)
	}
	return text, nil
}

// jsonOfList writes an array as the command line has it, where it can.
func jsonOfList(flag *kong.Flag, list []any) (any, error) {
	texts := make([]string, len(list))
	for i, element := range list {
		text, fault := scalar(flag.Target.Type().Elem().Kind(), element)
		if fault != "" {
			return nil, fmt.Errorf("every element %s", fault)
		}
		texts[i], list[i] = text, text
	}
	if flag.Tag.Sep == -1 || len(list) == 0 {
		return list, nil
	}
	return kong.JoinEscaped(texts, flag.Tag.Sep), nil
}

// scalar returns what a JSON value is on the command line, or what is wrong
// with it for a flag of such a kind.
func scalar(kind reflect.Kind, value any) (text, fault string) {
	switch v := value.(type) {
	case string:
		return v, ""
	case json.Number:
		if kind != reflect.String {
			return v.String(), ""
		}
	}
	if kind == reflect.String {
		return "", "must be a text"
	}
	return "", "must be a text or a number"
}
