"""Files of offers over HTTP."""
