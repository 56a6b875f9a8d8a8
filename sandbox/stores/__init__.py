"""Stand-ins for the OKR tools, strict, each written from its tool's specification or source."""
