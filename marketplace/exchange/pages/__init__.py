"""Pages of files of offers."""
