"""Rules of files of offers, without framework and I/O."""
