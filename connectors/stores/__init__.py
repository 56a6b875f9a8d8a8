"""The OKR tools that numbers are written to, one file each."""
