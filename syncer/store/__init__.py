"""The embedded or shared OKR store: all the SQL, and its migrations."""
