"""What bin/run does once the packages are there: servers, migrations, processes."""
