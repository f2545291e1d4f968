package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/ndoto/kundi/app"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// client speaks to the server that runs on a data folder, over its socket.
type client struct{ http *http.Client }

// runningServer is the server that runs on the data folder, if one does.
func runningServer(ctx context.Context, config app.Config) (server client, running bool, err error) {
	socket, running := app.SocketClient(config.Data)
	if !running {
		return client{}, false, nil
	}
	server = client{http: socket}
	if !config.MustHaveZone {
		return server, true, nil
	}
	var settings struct {
		TimeZone string `json:"time_zone"`
	}
	if err := server.call(ctx, http.MethodGet, "/v1/settings", nil, &settings); err != nil {
		return client{}, true, err
	}
	return server, true, config.CheckTimeZone(settings.TimeZone)
}

// either does the work through the server that runs on the data folder, or,
// when there is none, on what with opens of the folder itself.
func either[T any](ctx context.Context, config app.Config, remote func(client) error,
	with func(ctx context.Context, config app.Config, work func(T) error) error, local func(T) error) error {
	server, running, err := runningServer(ctx, config)
	switch {
	case err != nil:
		return err
	case running:
		return remote(server)
	}
	return with(ctx, config, local)
}

// problem is an error answer (RFC 9457).
type problem struct {
	Type     string    `json:"type"`
	Detail   string    `json:"detail"`
	Title    string    `json:"title"`
	PersonID ledger.ID `json:"person_id"`
	Errors   []struct {
		Location string `json:"location"`
		Detail   string `json:"detail"`
	} `json:"errors"`
}

func (p problem) err() *fault.Error {
	e := &fault.Error{Kind: fault.KindInvalid, Type: p.Type, Message: p.Detail, PersonID: p.PersonID}
	if e.Message == "" {
		e.Message = p.Title
	}
	for _, wrong := range p.Errors {
		e.Faults = append(e.Faults, fault.Fault{Path: wrong.Location, Detail: wrong.Detail})
	}
	return e
}

// call makes a request and decodes a successful answer into out, unless that
// is nil.
func (c client) call(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		encoded, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(ctx, method, "http://localhost"+path, body)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := c.http.Do(request)
	if err != nil {
		return fmt.Errorf("the running server did not answer: %w", err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return fmt.Errorf("the running server did not answer: %w", err)
	}
	if response.StatusCode >= 300 {
		var p problem
		if json.Unmarshal(answer, &p) != nil {
			return errors.New("the running server answered " + response.Status)
		}
		return p.err()
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(answer, out)
}

// download copies what the server answers into w.
func (c client) download(ctx context.Context, path string, w io.Writer) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://localhost"+path, nil)
	if err != nil {
		return err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return fmt.Errorf("the running server did not answer: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return errors.New("the running server answered " + response.Status)
	}
	_, err = io.Copy(w, response.Body)
	return err
}

// attributes returns the definitions of the workspace.
func (c client) attributes(ctx context.Context) ([]*fields.AttributeDefinition, error) {
	var answer struct {
		Attributes []*fields.AttributeDefinition
	}
	err := c.call(ctx, http.MethodGet, "/v1/attributes", nil, &answer)
	return answer.Attributes, err
}
