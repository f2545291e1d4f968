package wire

import (
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/ndoto/kundi/fault"
)

// methods are those that are told from each other. A path that lacks one of
// them answers it with 405 by a route of its own: otherwise PATCH
// /v1/contacts/batch would be that of a contact whose id is "batch".
var methods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions,
	http.MethodTrace, http.MethodConnect, "QUERY",
}

// route serves one method of a path, written as Gin does. HEAD is served as GET
// is: the answer to it ends with its header.
func (s *Server) route(method, path string, handle gin.HandlerFunc) {
	s.engine.Handle(method, path, handle)
	s.routes[path] = append(s.routes[path], method)
	if method == http.MethodGet {
		s.engine.HEAD(path, handle)
		s.routes[path] = append(s.routes[path], http.MethodHead)
	}
}

// routeOtherMethods serves OPTIONS on every path, and refuses the methods that
// it has not. It comes after the last route.
func (s *Server) routeOtherMethods() {
	for path, served := range s.routes {
		served = append(served, http.MethodOptions)
		slices.Sort(served)
		s.routes[path] = served
		for _, method := range methods {
			switch {
			case method == http.MethodOptions:
				s.engine.OPTIONS(path, s.answerOptions(served))
			case !slices.Contains(served, method):
				s.engine.Handle(method, path, func(c *gin.Context) { s.refuseMethod(c, path, served) })
			}
		}
	}
}

// answerOptions says which methods a path has. It needs no key, as a 405 does
// not: what a path has is no secret.
func (s *Server) answerOptions(served []string) gin.HandlerFunc {
	return func(c *gin.Context) {
		setAllow(c, served)
		c.Writer.WriteHeader(http.StatusNoContent)
		c.Writer.WriteHeaderNow()
	}
}

// noRoute answers paths that no operation has, and methods that nobody has heard
// of.
func (s *Server) noRoute(c *gin.Context) {
	if route, served := s.methodsOf(c.Request.URL.EscapedPath()); served != nil {
		s.refuseMethod(c, route, served)
		return
	}
	if s.servePage(c) {
		return
	}
	s.fail(c, fault.NotFound("path"))
}

// refuseMethod answers a method that a route has not. A path that is one of the route only
// because an id may stand there, and has none, is no path at all: POST /v1/companies/batch.
func (s *Server) refuseMethod(c *gin.Context, route string, served []string) {
	if lacksID(route, c.Request.URL.EscapedPath()) {
		s.fail(c, fault.NotFound("path"))
		return
	}
	setAllow(c, served)
	s.fail(c, NewProblem(http.StatusMethodNotAllowed, "method-not-allowed", "The header Allow lists the methods of this path."))
}

func setAllow(c *gin.Context, served []string) {
	c.Writer.Header().Set("Allow", strings.Join(served, ", "))
}

// methodsOf finds the methods of a path as it was asked for. The route with the
// fewest parameters is its own.
func (s *Server) methodsOf(asked string) (own string, served []string) {
	fewest := len(asked)
	for route, methods := range s.routes {
		if parameters, fits := fitsRoute(route, asked); fits && parameters < fewest {
			own, served, fewest = route, methods, parameters
		}
	}
	return own, served
}

// lacksID reports whether a path of a route has something else where an id must stand.
func lacksID(route, asked string) bool {
	want, have := strings.Split(route, "/"), strings.Split(asked, "/")
	for i := range min(len(want), len(have)) {
		if want[i] == ":id" || strings.HasSuffix(want[i], "_id") {
			if _, err := uuid.Parse(have[i]); err != nil {
				return true
			}
		}
	}
	return false
}

// fitsRoute reports whether a path is one of a route, and how many of its parts
// are parameters.
func fitsRoute(route, asked string) (parameters int, fits bool) {
	want, have := strings.Split(route, "/"), strings.Split(asked, "/")
	if len(want) != len(have) {
		return 0, false
	}
	for i := range want {
		switch {
		case strings.HasPrefix(want[i], ":") && have[i] != "":
			parameters++
		case want[i] != have[i]:
			return 0, false
		}
	}
	return parameters, true
}
