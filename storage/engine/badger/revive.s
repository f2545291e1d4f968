// This file lets revive.go declare a function without a body.
