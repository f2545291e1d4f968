// Command kundi is a contact store, search engine and segmentation service.
package main

func main() {}
