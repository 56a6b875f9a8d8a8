"""Sources as jobs: any number of workers on one PostgreSQL, by procrastinate."""
