package main

// served is the name of Kundi as a server.
const served = "kundi http"
