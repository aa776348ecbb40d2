"""The stock: receiving, registers, weeding, labels, collections, numbers."""
