"""Use cases of files of offers."""
